"""A request that was pushed beforehand takes the place of the parameters that refer to it."""

from idp.domain.clients import Client
from idp.domain.errors import Refusal
from idp.domain.interaction.pushed import PushedRequests
from idp.domain.params import Params

SPEC = "RFC 9126 section 4"
URN = "urn:ietf:params:oauth:request_uri:"


def take_pushed(params: Params, client: Client, pushed: PushedRequests) -> Params | None:
    """Return the request that *params* refer to, or None when they refer to none.

    A reference works once and for its own client; all others are refused in the same words.
    """
    reference = params.get("request_uri", "")
    if not reference.startswith(URN):
        return None
    found = pushed.take(reference.removeprefix(URN))
    if found is None or found[0] != client.client_id:
        raise Refusal("invalid_request_uri", "The request_uri is unknown, expired or used.")
    return found[1]
