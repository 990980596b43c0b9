"""Refreshing: each token works once, and one that comes back later ends its whole family."""

from datetime import datetime
from typing import Any, NoReturn

from idp.domain import grants
from idp.domain.audit import TokensIssued
from idp.domain.clients import Client, GrantType
from idp.domain.errors import Refusal
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
        with self.server.records.read() as work:
            held = work.grants.held(grant_id)
        if held is None or held.grant.client_id != client.client_id or not self.is_good(held, client):
            raise _not_valid()
        grant = held.grant
        if not self._is_newest(grant, refreshes):
            # Noticed whatever else is sent.
            self._reused(grant)
        scopes = _narrowed(grant.scopes, form.get("scope"))
        answer = self.server.token_sets.of_grant(
            grant,
            client,
            scopes,
            resources=narrowed(grant.resources, form, client, self.server.find_resource),
            details=narrowed_details(grant.details, form, client),
            refreshes=refreshes + 1,
            nonce=None,
            more=self.claims_in_id_token(grant, scopes),
        )
        # Signed before the rotation is final: if signing fails, the old token still works.
        self._rotate(grant, refreshes, self.issued(client, scopes, grant))
        return answer

    def _rotate(self, grant: grants.Grant, refreshes: int, event: TokensIssued) -> None:
        records = self.server.records
        if records.rotate(grant.id, event, refreshes=refreshes, at=event.at):
            return
        with records.once() as work:
            newest = work.grants.get(grant.id)
            if newest and newest.is_live(event.at) and self._is_repeated(newest, refreshes):
                work.audit.append(event)
                return
        self._reused(grant)

    def _is_newest(self, grant: grants.Grant, refreshes: int) -> bool:
        return grant.refreshes == refreshes or self._is_repeated(grant, refreshes)

    def _is_repeated(self, grant: grants.Grant, refreshes: int) -> bool:
        # The answer to the newest rotation was lost, or is on its way to somebody who asked twice.
        is_last, rotated_at = grant.refreshes == refreshes + 1, grant.rotated_at
        return is_last and rotated_at is not None and self._is_recent(rotated_at)

    def _is_recent(self, rotated_at: datetime) -> bool:
        return self.server.clock.now() - rotated_at < self.server.refresh_grace

    def _reused(self, grant: grants.Grant) -> NoReturn:
        self.revoke(grant, reason="refresh_token_reused")
        raise _not_valid()


def _narrowed(granted: tuple[str, ...], asked: str | None) -> tuple[str, ...]:
    if asked is None:
        return granted
    wanted = asked.split()
    if not wanted or not set(wanted) <= set(granted):
        raise Refusal("invalid_scope", "The scope exceeds what was granted.")
    return tuple(scope for scope in granted if scope in wanted)


def _not_valid() -> Refusal:
    return Refusal("invalid_grant", "The refresh token is not valid.")
