"""Requests that clients sign: by value in ``request``, by reference in ``request_uri``."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from idp.domain.algorithms import Algorithm
from idp.domain.clients import Client
from idp.domain.clock import Clock
from idp.domain.errors import Refusal, Unavailable
from idp.domain.outbound import Outbound
from idp.domain.params import Params
from idp.protocol.authorize.request_object_claims import read_inside
from idp.protocol.jose.client_keys import ClientKeys
from idp.protocol.jose.client_tokens import Verified
from idp.protocol.jose.single_use import SingleUse

SPEC = "RFC 9101, OpenID Connect Core 1.0 section 6"
METADATA = {
    "request_parameter_supported": True,
    "request_uri_parameter_supported": True,
    "require_request_uri_registration": True,
    "request_object_signing_alg_values_supported": [algorithm.value for algorithm in Algorithm],
}
TYPES = frozenset({None, "jwt", "oauth-authz-req+jwt"})
MEDIA_TYPES = frozenset({"application/oauth-authz-req+jwt", "application/jwt"})
ACCEPT = "application/oauth-authz-req+jwt, application/jwt"
OK = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestObjects:
    """Opens request objects; *required* makes every client sign."""

    issuer: str
    keys: ClientKeys
    outbound: Outbound
    used: SingleUse
    clock: Clock
    required: bool

    def open(self, params: Params, client: Client, *, browser: str | None = None) -> Params:
        """Return the parameters that count: those inside the request object, or *params* without one.

        An object with a ``jti`` works once; in the *browser* that brought it first, it works until it
        expires, so that whoever reloads or goes back is not turned away.
        """
        unverified_token = self._find(params, client)
        if unverified_token is None:
            if self.required or client.requires_signed_request:
                raise Refusal("invalid_request", "This request must be a signed request object.")
            return params
        verified = self._verify(unverified_token, client)
        life = verified.expires_in(self.clock.now())
        if life is None:
            raise _refuse("The request object is not valid now, or for more than an hour.")
        inside = read_inside(verified.claims, client)
        _compare(params, inside)
        if "jti" in verified.claims and not self._claim(verified.jti, client, browser, ttl=life):
            raise _refuse("The request object was used before, or its jti cannot be read.")
        return inside

    def _find(self, params: Params, client: Client) -> str | None:
        if "request" in params and "request_uri" in params:
            raise Refusal("invalid_request", "The request and the request_uri exclude each other.")
        uri = params.get("request_uri")
        return params.get("request") if uri is None else self._fetch(uri, client)

    def _fetch(self, uri: str, client: Client) -> str:
        if uri not in client.request_uris:
            raise Refusal("invalid_request_uri", "The request_uri is not registered.")
        try:
            fetched = self.outbound.get(uri.partition("#")[0], accept=ACCEPT)
            if fetched.status == OK and fetched.media_type in MEDIA_TYPES:
                return fetched.body.decode("ascii").strip()
        except (Unavailable, UnicodeDecodeError):
            pass
        raise Refusal("invalid_request_uri", "There is no request object at the request_uri.")

    def _verify(self, unverified_token: str, client: Client) -> Verified:
        registered = client.signing.request_object
        algorithms: Collection[str] = {registered} if registered else set(Algorithm)
        verified = self.keys.verify(client, unverified_token, algorithms)
        if verified is None:
            raise _refuse("The request object is not signed by a key and algorithm of this client.")
        if verified.type not in TYPES:
            raise _refuse("The request object has another type.")
        if verified.claims.get("iss") != client.client_id:
            raise _refuse("The issuer of the request object is not this client.")
        if not verified.is_for({self.issuer}):
            raise _refuse("The request object is not meant for this provider.")
        return verified

    def _claim(self, jti: str | None, client: Client, browser: str | None, *, ttl: timedelta) -> bool:
        return jti is not None and self.used.claim(client.client_id, jti, ttl=ttl, browser=browser)


def _compare(outside: Params, inside: Mapping[str, Any]) -> None:
    # OpenID Connect Core section 6.1: what has to stand outside, too, may not say something else;
    # the scope outside may be openid alone. All the rest does not count (RFC 9101 section 6.3).
    kind = outside.get("response_type")
    scopes = outside.get("scope", "").split()
    if kind not in {None, inside.get("response_type")} or not set(scopes) <= set(
        inside.get("scope", "").split()
    ):
        raise _refuse("The response_type or scope outside the request object differs.")


def _refuse(sentence: str) -> Refusal:
    return Refusal("invalid_request_object", sentence)
