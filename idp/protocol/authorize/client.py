"""The two parameters that must be right before anything may be redirected anywhere."""

import re
from collections.abc import Callable

from idp.domain.clients import Client
from idp.domain.errors import Refusal
from idp.domain.ids import ClientId
from idp.domain.params import Params

SPEC = "RFC 6749 section 4.1.1"
# The port of a loopback address, where a path follows it.
LOOPBACK_PORT = re.compile(r"(?:(?<=^http://127\.0\.0\.1)|(?<=^http://\[::1\])):\d{1,5}(?=/)", re.ASCII)


def check_client(params: Params, find: Callable[[ClientId], Client | None]) -> Client:
    """Return the client that *params* name, or refuse on our own page."""
    client_id = params.get("client_id")
    client = find(ClientId(client_id)) if client_id else None
    if client is None:
        raise Refusal("invalid_client", "The client_id is missing or unknown.")
    return client


def check_redirect_uri(params: Params, client: Client) -> str:
    """Return the redirect URI if it is registered to the letter (RFC 9700 section 4.1.3).

    It must always be given, even by a client that registered only one.
    """
    uri = params.get("redirect_uri")
    if uri is None or not is_registered(uri, client):
        raise Refusal("invalid_redirect_uri", "The redirect_uri is missing or not registered.")
    return uri


def is_registered(uri: str, client: Client) -> bool:
    """Say whether codes of *client* may be sent to *uri*."""
    if uri in client.redirect_uris:
        return True
    # RFC 8252 section 7.3: a native app listens on whatever port of the loopback address is free.
    portless = LOOPBACK_PORT.sub("", uri)
    return (
        client.is_public
        and portless != uri
        and any(LOOPBACK_PORT.sub("", known) == portless for known in client.redirect_uris)
    )
