"""Introspection: whether a token lives and what it means, told to the client it was issued to."""

from typing import Any

from authlib.oauth2.rfc7662 import IntrospectionEndpoint

from idp.domain.clients import AuthMethod
from idp.protocol.endpoints.issued import IssuedToken
from idp.protocol.endpoints.token_parameter import TokenParameter
from idp.protocol.engine_client import EngineClient

SPEC = "RFC 7662"
NAME = "introspection"
PATH = "/introspect"
METADATA = {
    "introspection_endpoint": PATH,
    # A public client could be anybody, and so learn what a found token is worth.
    "introspection_endpoint_auth_methods_supported": [
        method.value for method in AuthMethod if method is not AuthMethod.NONE
    ],
}


class Introspection(TokenParameter, IntrospectionEndpoint):  # type: ignore[misc]  # Authlib has no types
    """Strangers are told what they would be told of a token that never was: it is not active."""

    CLIENT_AUTH_METHODS = METADATA["introspection_endpoint_auth_methods_supported"]

    def check_permission(self, token: IssuedToken, client: EngineClient, request: Any) -> bool:
        """Say whether the token was issued to the client that asks."""
        del request
        return token.check_client(client)

    def introspect_token(self, token: IssuedToken) -> dict[str, Any]:
        """Return the members of section 2.2."""
        bearer = {"token_type": "Bearer"} if token.kind == "access_token" else {}
        return {"active": True} | bearer | token.claims
