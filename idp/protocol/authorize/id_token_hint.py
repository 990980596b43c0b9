"""The person that a relying party expects, named by an ID token of ours."""

from collections.abc import Callable
from typing import Any

from idp.domain.clients import Client
from idp.domain.errors import Refusal
from idp.domain.params import Params

SPEC = "OpenID Connect Core 1.0 section 3.1.2.1"


def check_id_token_hint(
    params: Params, client: Client, recognise: Callable[[str], dict[str, Any] | None]
) -> str | None:
    """Return the subject of the hint, expired or not; one that was not issued to *client* is refused."""
    hint = params.get("id_token_hint")
    if hint is None:
        return None
    claims = recognise(hint)
    if claims is None or claims.get("aud") != client.client_id:
        raise Refusal("invalid_request", "The id_token_hint is not an ID token of this client.")
    return str(claims["sub"])
