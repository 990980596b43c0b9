"""Client secrets in the Authorization header or in the form."""

from base64 import b64decode
from collections.abc import Callable
from urllib.parse import unquote_plus

from idp.domain.clients import AuthMethod
from idp.domain.errors import Refusal
from idp.domain.params import FORBIDDEN
from idp.protocol.engine_client import EngineClient
from idp.protocol.engine_request import EngineRequest

SPEC = "RFC 6749 section 2.3.1"
METADATA = {"token_endpoint_auth_methods_supported": [method.value for method in AuthMethod]}

Lookup = Callable[[str], EngineClient | None]


def by_basic(find: Lookup, request: EngineRequest) -> EngineClient | None:
    """Authenticate by HTTP Basic; a second proof in the form is refused."""
    scheme, _, encoded = request.authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    if {"client_secret", "client_assertion"} & request.form.keys():
        raise _two_ways()
    try:
        user, separator, secret = b64decode(encoded.strip(), validate=True).decode().partition(":")
    except ValueError:
        return None
    # RFC 6749 appendix B: both halves are form-encoded before they are joined.
    client_id, secret = unquote_plus(user), unquote_plus(secret)
    if not separator or FORBIDDEN.search(client_id):
        return None
    if request.form.get("client_id", client_id) != client_id:
        raise Refusal("invalid_request", "The client_id differs from the authenticated client.")
    return _checked(find, client_id, secret)


def by_post(find: Lookup, request: EngineRequest) -> EngineClient | None:
    """Authenticate by client_id and client_secret in the form."""
    client_id, secret = request.form.get("client_id"), request.form.get("client_secret")
    if secret and "client_assertion" in request.form:
        raise _two_ways()
    return _checked(find, client_id, secret) if client_id and secret else None


def by_name(find: Lookup, request: EngineRequest) -> EngineClient | None:
    """Identify a public client, which has no secret to show."""
    client_id = request.form.get("client_id")
    if not client_id or request.authorization or {"client_secret", "client_assertion"} & request.form.keys():
        return None
    return find(client_id)


def _checked(find: Lookup, client_id: str, secret: str) -> EngineClient | None:
    client = find(client_id)
    return client if client is not None and client.client.has_secret(secret) else None


def _two_ways() -> Refusal:
    return Refusal("invalid_request", "Two ways of client authentication were used.")
