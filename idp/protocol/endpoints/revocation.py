"""Revocation: a client gives a token back, and the grant behind it falls with all its tokens."""

from typing import Any

from authlib.oauth2.rfc7009 import RevocationEndpoint

from idp.domain.audit import GrantRevoked
from idp.domain.clients import AuthMethod
from idp.domain.errors import Refusal
from idp.protocol.endpoints.issued import IssuedToken
from idp.protocol.endpoints.token_parameter import TokenParameter

SPEC = "RFC 7009"
NAME = "revocation"
PATH = "/revoke"
METADATA = {
    "revocation_endpoint": PATH,
    "revocation_endpoint_auth_methods_supported": [method.value for method in AuthMethod],
}


class Revocation(TokenParameter, RevocationEndpoint):  # type: ignore[misc]  # Authlib has no types
    """Answers 200 for unknown tokens too: there is nothing the client could do about them."""

    CLIENT_AUTH_METHODS = METADATA["revocation_endpoint_auth_methods_supported"]

    def revoke_token(self, token: IssuedToken, request: Any) -> None:
        """End the token's grant; a client's own token is forgotten, if it can be."""
        if token.grant is None:
            self._forget(str(request.form["token"]))
            return
        now = self.issued.clock.now()
        with self.issued.records.begin() as work:
            if work.grants.revoke(token.grant.id, now):
                work.audit.append(
                    GrantRevoked(
                        at=now,
                        person_id=token.grant.person_id,
                        client_id=token.grant.client_id,
                        grant_id=token.grant.id,
                        reason="by_client",
                    )
                )

    def _forget(self, unverified_token: str) -> None:
        if not self.issued.token_sets.access_tokens.opaque.delete(unverified_token):
            raise Refusal("unsupported_token_type", "Readable tokens of the client itself only expire.")
