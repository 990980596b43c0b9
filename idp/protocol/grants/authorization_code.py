"""The code that comes back: redeemed once, by the client it was given to, with the right verifier."""

from typing import Any

from idp.domain import grants
from idp.domain.clients import Client, GrantType
from idp.domain.errors import Refusal
from idp.domain.grants import AuthorizationCode
from idp.domain.ids import digest
from idp.protocol.authorize.authorization_details import narrowed_details
from idp.protocol.authorize.pkce import check_verifier, fits
from idp.protocol.authorize.resource import narrowed
from idp.protocol.grants.base import Grant

SPEC = "RFC 6749 section 4.1.3"


class AuthorizationCodeGrant(Grant):
    """Takes the code; a second caller is refused, and what the first one got is revoked."""

    GRANT_TYPE = GrantType.AUTHORIZATION_CODE.value

    def answer(self, client: Client, form: dict[str, str]) -> dict[str, Any]:
        """Return the token set of the code's grant, or refuse."""
        code, redirect_uri = form.get("code"), form.get("redirect_uri")
        if code is None:
            raise Refusal("invalid_request", "The code is missing.")
        verifier = check_verifier(form, client)
        grant = self._living_grant(code, client)
        if grant.client_id != client.client_id:
            raise _not_valid()
        resources = narrowed(grant.resources, form, client, self.server.find_resource)
        details = narrowed_details(grant.details, form, client)
        facts = self.server.codes.take(code)
        if facts is None:
            self._revoke_replayed(grant, client)
            raise _not_valid()
        if not _fits(facts, client, redirect_uri, verifier):
            raise _not_valid()
        more = self.claims_in_id_token(grant, grant.scopes)
        records = self.server.records
        # What was proved has a receipt that is kept with the event.
        with records.begin() if grant.evidence else records.once() as work:
            work.audit.append(self.issued(client, grant.scopes, grant))
            receipt = self.server.receipts.write(work, grant, client)
        answer = self.server.token_sets.of_grant(
            grant, client, grant.scopes, resources=resources, details=details, nonce=facts.nonce, more=more
        )
        return answer | ({"receipt": receipt} if receipt else {})

    def _living_grant(self, code: str, client: Client) -> grants.Grant:
        # Looked at before the code is taken: of several callers only the first to take it goes on,
        # and none of the others can have revoked the grant before that one has seen it alive.
        with self.server.records.read() as work:
            held = work.grants.held_by_code(digest(code))
        if held is None or not self.is_good(held, client):
            raise _not_valid()
        return held.grant

    def _revoke_replayed(self, grant: grants.Grant, client: Client) -> None:
        # RFC 6749 section 4.1.2. Another client has no say in it.
        if grant.client_id == client.client_id:
            self.revoke(grant, reason="code_replayed")


def _fits(facts: AuthorizationCode, client: Client, redirect_uri: str | None, verifier: str | None) -> bool:
    return (
        facts.client_id == client.client_id
        and facts.redirect_uri == redirect_uri
        and fits(facts.code_challenge, verifier)
    )


def _not_valid() -> Refusal:
    return Refusal("invalid_grant", "The code is not valid.")
