"""What the grants share: the client is authenticated first, and must have registered the grant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from authlib.oauth2.rfc6749.errors import UnauthorizedClientError
from authlib.oauth2.rfc6749.grants import BaseGrant, TokenEndpointMixin

from idp.domain import grants
from idp.domain.audit import GrantRevoked, TokensIssued
from idp.domain.claims.answer import fulfil
from idp.domain.clients import AuthMethod, Client
from idp.domain.errors import Refusal

if TYPE_CHECKING:
    from idp.protocol.engine import Engine


class Grant(BaseGrant, TokenEndpointMixin):  # type: ignore[misc]  # Authlib has no types
    """A grant whose :meth:`answer` builds the token response."""

    server: Engine
    TOKEN_ENDPOINT_AUTH_METHODS = [method.value for method in AuthMethod]  # noqa: RUF012 - as Authlib

    def validate_token_request(self) -> None:
        """Authenticate the client and check that it may use this grant."""
        self.request.client = self.authenticate_token_endpoint_client()
        if not self.request.client.check_grant_type(self.GRANT_TYPE):
            raise UnauthorizedClientError("The client has not registered this grant_type.")

    def create_token_response(self) -> tuple[int, dict[str, Any], list[tuple[str, str]]]:
        """Return the token response, or the refusal in the form of RFC 6749 section 5.2."""
        try:
            return 200, self.answer(self.request.client.client, self.request.form), []
        except Refusal as refusal:
            body = {"error": refusal.error, "error_description": refusal.description}
            return refusal.status, body, []

    def issued(
        self, client: Client, scopes: tuple[str, ...], grant: grants.Grant | None = None
    ) -> TokensIssued:
        """Return the event that tokens are handed out, for *grant* or for the client itself."""
        return TokensIssued(
            at=self.server.clock.now(),
            person_id=grant.person_id if grant else None,
            client_id=client.client_id,
            grant_type=self.GRANT_TYPE,
            grant_id=grant.id if grant else None,
            scopes=scopes,
        )

    def claims_in_id_token(self, grant: grants.Grant, scopes: tuple[str, ...]) -> dict[str, Any]:
        """Return the claims that the ID token was asked to hold; the person is read only for them."""
        wishes = grant.claims.id_token.without(frozenset(grant.scopes).difference(scopes))
        if not wishes:
            return {}
        with self.server.records.read() as work:
            person = work.persons.get(grant.person_id)
        if person is None:
            return {}
        now = self.server.clock.now()
        return fulfil(person, wishes, self.server.catalogue, subject=grant.subject, now=now)

    def is_good(self, held: grants.Held, client: Client) -> bool:
        """Say whether tokens may be issued on a grant: it lives, and so do the account and the consent.

        What was answered while *client* changed its lawful basis answers another question.
        """
        standing, told = held.standing, held.standing.consent
        is_live = held.grant.is_live(self.server.clock.now())
        return is_live and standing.is_open and told is not None and told.rests_on(client.ground)

    def revoke(self, grant: grants.Grant, *, reason: str) -> None:
        """End *grant*, and with it every token that rests on it."""
        now = self.server.clock.now()
        with self.server.records.begin() as work:
            if work.grants.revoke(grant.id, now):
                work.audit.append(
                    GrantRevoked(
                        at=now,
                        person_id=grant.person_id,
                        client_id=grant.client_id,
                        grant_id=grant.id,
                        reason=reason,
                    )
                )

    def answer(self, client: Client, form: dict[str, str]) -> dict[str, Any]:
        """Return the members of the token response, or raise Refusal."""
        raise NotImplementedError
