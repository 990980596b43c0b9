"""The token endpoint's engine: Authlib's registry of grants and client authentication on plain values."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from authlib.oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749.errors import InvalidClientError

from idp.domain.claims.catalogue import Catalogue
from idp.domain.clients import AuthMethod, Client
from idp.domain.clock import Clock
from idp.domain.errors import Refusal
from idp.domain.grants import Codes
from idp.domain.ids import ClientId
from idp.domain.params import Params
from idp.domain.work import Records
from idp.protocol.authorize.resource import FindResource
from idp.protocol.client_auth import secret
from idp.protocol.client_auth.assertion import Assertions
from idp.protocol.engine_client import EngineClient
from idp.protocol.engine_request import EngineRequest
from idp.protocol.grants.authorization_code import AuthorizationCodeGrant
from idp.protocol.grants.client_credentials import ClientCredentialsGrant
from idp.protocol.grants.refresh_token import RefreshTokenGrant
from idp.protocol.tokens.receipt import ReceiptWriter
from idp.protocol.tokens.token_set import TokenSets
from idp.protocol.wire import SignedBody, WireAnswer

SPEC = "RFC 6749"
PATH = "/token"
# RFC 7617 section 2 wants a realm, which Authlib's challenge has not.
CHALLENGE = 'Basic realm="clients", charset="UTF-8"'
METADATA = {
    "token_endpoint": PATH,
    "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
}
CLIENT_AUTHENTICATION = {
    AuthMethod.BASIC: secret.by_basic,
    AuthMethod.POST: secret.by_post,
    AuthMethod.NONE: secret.by_name,
}


class Engine(AuthorizationServer):  # type: ignore[misc]  # Authlib has no types
    """Finds the grant, authenticates the client, and says errors the way RFC 6749 does."""

    def __init__(
        self,
        *,
        issuer: str,
        find_client: Callable[[ClientId], Client | None],
        find_resource: FindResource,
        records: Records,
        codes: Codes,
        token_sets: TokenSets,
        catalogue: Catalogue,
        clock: Clock,
        refresh_grace: timedelta,
        assertions: Assertions,
        receipts: ReceiptWriter,
    ) -> None:
        """Take the neighbours that the grants work with, and register every grant and method."""
        super().__init__()
        self.issuer = issuer
        self.find_client = find_client
        self.find_resource = find_resource
        self.records = records
        self.codes = codes
        self.token_sets = token_sets
        self.catalogue = catalogue
        self.clock = clock
        self.refresh_grace = refresh_grace
        self.receipts = receipts
        for method, authenticate in CLIENT_AUTHENTICATION.items():
            self.register_client_auth_method(method.value, authenticate)
        self.register_client_auth_method(AuthMethod.PRIVATE_KEY_JWT.value, assertions.by_private_key)
        self.register_client_auth_method(AuthMethod.SECRET_JWT.value, assertions.by_secret)
        for grant in (AuthorizationCodeGrant, RefreshTokenGrant, ClientCredentialsGrant):
            self.register_grant(grant)

    def token(self, params: Params, *, authorization: str) -> WireAnswer:
        """Answer one request to the token endpoint."""
        if "grant_type" not in params:
            raise Refusal("invalid_request", "The grant_type is missing.")
        request = EngineRequest(uri=self.issuer + PATH, params=params, authorization=authorization)
        answer: WireAnswer = self.create_token_response(request)
        return answer

    def endpoint(
        self, name: str, path: str, params: Params, *, authorization: str, accept: str = ""
    ) -> WireAnswer:
        """Answer one request to a registered endpoint that clients authenticate at."""
        request = EngineRequest(
            uri=self.issuer + path, params=params, authorization=authorization, accept=accept
        )
        answer: WireAnswer = self.create_endpoint_response(name, request)
        return answer

    def query_client(self, client_id: str) -> EngineClient | None:
        """Return the client for Authlib."""
        client = self.find_client(ClientId(client_id))
        return EngineClient(client) if client else None

    def authenticate_client(
        self, request: EngineRequest, methods: list[str], endpoint: str = "token"
    ) -> EngineClient:
        """Authenticate the client; an unknown one and a wrong secret get the same answer."""
        try:
            client: EngineClient = super().authenticate_client(request, methods, endpoint)
        except InvalidClientError:
            raise InvalidClientError("Client authentication failed.", status_code=401) from None
        return client

    def create_oauth2_request(self, request: EngineRequest) -> EngineRequest:
        """Return the request, which is one already."""
        return request

    def handle_response(self, status: int, body: Any, headers: list[tuple[str, str]]) -> WireAnswer:
        """Return what Authlib answers as a plain value."""
        extra = tuple(("WWW-Authenticate", CHALLENGE) for name, _ in headers if name == "WWW-Authenticate")
        return WireAnswer(status, body if isinstance(body, SignedBody) else dict(body), extra)

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Ignore Authlib's signals; what happens is in the audit log."""
