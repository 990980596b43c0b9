"""Pushed authorization requests: left by the authenticated client, picked up once by the browser."""

from datetime import timedelta
from typing import Any

from authlib.oauth2.rfc6749 import Endpoint

from idp.domain.clients import AuthMethod, Client
from idp.domain.errors import Refusal
from idp.domain.ids import random_secret
from idp.protocol.authorize.pushed import URN
from idp.protocol.authorize.request import RedirectedRefusal, RequestRules

SPEC = "RFC 9126"
NAME = "pushed_authorization_request"
PATH = "/par"
METADATA = {"pushed_authorization_request_endpoint": PATH}
# What proves who pushes is no part of the request that is pushed.
PROOFS = frozenset({"client_secret", "client_assertion", "client_assertion_type"})
METHODS = [method.value for method in AuthMethod]


class PushedAuthorization(Endpoint):  # type: ignore[misc]  # Authlib has no types
    """Checks the request as the authorization endpoint would, and hands out a reference to it."""

    ENDPOINT_NAME = NAME

    def __init__(self, rules: RequestRules, lifetime: timedelta) -> None:
        """Take the rules of the authorization endpoint, and how long a reference lives."""
        super().__init__()
        self.rules = rules
        self.lifetime = lifetime

    def create_endpoint_response(self, request: Any) -> tuple[int, dict[str, Any], list[Any]]:
        """Return 201 with the reference (section 2.2), or refuse."""
        client: Client = self.server.authenticate_client(request, METHODS, NAME).client
        if "request_uri" in request.form:
            raise Refusal("invalid_request", "A pushed request cannot refer to another.")
        form = {name: value for name, value in request.form.items() if name not in PROOFS}
        params = self.rules.request_objects.open(form, client)
        try:
            self.rules.check(params, client, pushed=True)
        except RedirectedRefusal as refusal:
            # No browser is here that could be redirected.
            raise Refusal(refusal.error, refusal.description) from None
        except Refusal as refusal:
            # RFC 9126 section 2.3: a redirect URI that does not fit is an invalid request.
            raise Refusal("invalid_request", refusal.description) from None
        handle = random_secret()
        self.rules.pushed.put(handle, client.client_id, params, ttl=self.lifetime)
        seconds = int(self.lifetime.total_seconds())
        return 201, {"request_uri": URN + handle, "expires_in": seconds}, []
