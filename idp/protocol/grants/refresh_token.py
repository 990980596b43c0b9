"""Refreshing: each token works once, and one that comes back later ends its whole family."""

from typing import Any

from idp.domain import grants
from idp.domain.clients import Client, GrantType
from idp.domain.errors import Refusal
from idp.domain.work import UnitOfWork
from idp.protocol.authorize.authorization_details import narrowed_details
from idp.protocol.authorize.resource import narrowed
from idp.protocol.grants.base import Grant

SPEC = "RFC 6749 section 6"


class RefreshTokenGrant(Grant):
    """Rotates by one conditional update; whoever lost the answer may ask for it again, but only soon.

    A repeat within the grace gets the same next refresh token, so that a family never has two ends.
    """

    GRANT_TYPE = GrantType.REFRESH_TOKEN.value

    def answer(self, client: Client, form: dict[str, str]) -> dict[str, Any]:
        """Return a new token set, no wider than the grant, or refuse."""
        unverified_token = form.get("refresh_token")
        if unverified_token is None:
            raise Refusal("invalid_request", "The refresh_token is missing.")
        known = self.server.token_sets.refresh_tokens.read(unverified_token)
        if known is None:
            raise _not_valid()
        grant_id, refreshes = known
        with self.server.records.begin() as work:
            grant = work.grants.get(grant_id)
            if grant is None or grant.client_id != client.client_id or not self.is_good(work, grant, client):
                raise _not_valid()
            if self._rotates(work, grant, refreshes):
                # A refusal from here on takes the rotation back; reuse is noticed whatever else is sent.
                scopes = _narrowed(grant.scopes, form.get("scope"))
                resources = narrowed(grant.resources, form, client, self.server.find_resource)
                details = narrowed_details(grant.details, form, client)
                self.issued(work, client, scopes, grant)
                # Signed before the rotation is final: if signing fails, the old token still works.
                more = self.claims_in_id_token(work, grant, scopes)
                return self.server.token_sets.of_grant(
                    grant,
                    client,
                    scopes,
                    resources=resources,
                    details=details,
                    refreshes=refreshes + 1,
                    nonce=None,
                    more=more,
                )
            self.revoke(work, grant, reason="refresh_token_reused")
        raise _not_valid()

    def _rotates(self, work: UnitOfWork, grant: grants.Grant, refreshes: int) -> bool:
        now = self.server.clock.now()
        if work.grants.rotate(grant.id, refreshes=refreshes, at=now):
            return True
        newest = work.grants.get(grant.id)
        return (
            newest is not None
            and newest.refreshes == refreshes + 1
            and newest.rotated_at is not None
            and newest.is_live(now)
            and now - newest.rotated_at < self.server.refresh_grace
        )


def _narrowed(granted: tuple[str, ...], asked: str | None) -> tuple[str, ...]:
    if asked is None:
        return granted
    wanted = asked.split()
    if not wanted or not set(wanted) <= set(granted):
        raise Refusal("invalid_scope", "The scope exceeds what was granted.")
    return tuple(scope for scope in granted if scope in wanted)


def _not_valid() -> Refusal:
    return Refusal("invalid_grant", "The refresh token is not valid.")
