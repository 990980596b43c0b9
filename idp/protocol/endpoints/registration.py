"""Dynamic registration on the wire: metadata in strict JSON, and what a client is told of itself."""

import json
from typing import Any

from idp.domain.clients import Client
from idp.domain.registration.description import describe_client
from idp.domain.registration.members import refuse
from idp.domain.registration.self_registered import OPERATORS_OWN
from idp.protocol.wire import each_once

SPEC = "RFC 7591, RFC 7592, OpenID Connect Dynamic Client Registration 1.0"
PATH = "/register"
METADATA = {"registration_endpoint": PATH}


def read_metadata(body: bytes) -> dict[str, Any]:
    """Return the metadata that *body* holds; a member given twice, or what no JSON can be, is refused."""
    try:
        given = json.loads(body, object_pairs_hook=each_once)
        # What Python reads beyond JSON: NaN, infinite numbers, halves of surrogate pairs.
        json.dumps(given, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        raise refuse("The body is not JSON, or names a member twice.") from None
    if not isinstance(given, dict):
        raise refuse("The body is not a JSON object.")
    return given


def client_information(
    client: Client, *, issuer: str, token: str, secret: str | None = None
) -> dict[str, Any]:
    """Return the client's metadata and where it manages them; *secret* only when it was just made.

    Members that we do not support are not among them, nor those that only an operator sets.
    """
    shown = describe_client(client, secret)
    own = {name: value for name, value in shown.items() if name not in OPERATORS_OWN}
    return own | {
        "registration_access_token": token,
        "registration_client_uri": f"{issuer}{PATH}/{client.client_id}",
    }
