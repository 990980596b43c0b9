"""Introspection: whether a token lives and what it means, told to those whom it concerns."""

from typing import Any

from authlib.oauth2.rfc7662 import IntrospectionEndpoint

from idp.domain.algorithms import DEFAULT, Algorithm
from idp.domain.clients import AuthMethod
from idp.protocol.endpoints.issued import IssuedToken
from idp.protocol.endpoints.token_parameter import TokenParameter
from idp.protocol.engine_client import EngineClient
from idp.protocol.wire import SignedBody

SPEC = "RFC 7662 and RFC 9701"
NAME = "introspection"
PATH = "/introspect"
SIGNED_TYPE = "token-introspection+jwt"
METADATA = {
    "introspection_endpoint": PATH,
    # A public client could be anybody, and so learn what a found token is worth.
    "introspection_endpoint_auth_methods_supported": [
        method.value for method in AuthMethod if method is not AuthMethod.NONE
    ],
    "introspection_signing_alg_values_supported": [algorithm.value for algorithm in Algorithm],
}


class Introspection(TokenParameter, IntrospectionEndpoint):  # type: ignore[misc]  # Authlib has no types
    """Strangers are told what they would be told of a token that never was: it is not active."""

    CLIENT_AUTH_METHODS = METADATA["introspection_endpoint_auth_methods_supported"]

    def check_permission(self, token: IssuedToken, client: EngineClient, request: Any) -> bool:
        """Say whether the client that asks holds the token, or is the resource server it is meant for."""
        del request
        return token.check_client(client)

    def introspect_token(self, token: IssuedToken) -> dict[str, Any]:
        """Return the members of section 2.2."""
        bearer = {"token_type": "Bearer"} if token.kind == "access_token" else {}
        return {"active": True} | bearer | token.claims

    def create_endpoint_response(self, request: Any) -> tuple[int, Any, list[Any]]:
        """Return the answer in JSON, or signed for whoever asks for that (RFC 9701 section 4)."""
        status, told, headers = super().create_endpoint_response(request)
        if not _wants_signed(request.accept):
            return status, told, headers
        tokens, client = self.issued.token_sets.access_tokens, request.client.client
        whole = {
            "iss": tokens.issuer,
            "aud": client.client_id,
            "iat": int(self.issued.clock.now().timestamp()),
            "token_introspection": told,
        }
        signed = tokens.keyring.sign(
            whole, typ=SIGNED_TYPE, algorithm=client.signing.introspection or DEFAULT
        )
        return status, SignedBody(signed, f"application/{SIGNED_TYPE}"), []


def _wants_signed(accept: str) -> bool:
    wanted = (each.partition(";")[0].strip().lower() for each in accept.split(","))
    return f"application/{SIGNED_TYPE}" in wanted
