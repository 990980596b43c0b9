"""The code flow and no other, and the ways its answer may travel."""

from idp.domain.clients import Client, GrantType
from idp.domain.errors import Refusal
from idp.domain.interaction.request import ResponseMode
from idp.domain.params import Params

SPEC = "OpenID Connect Core 1.0 section 3.1"
METADATA = {
    "response_types_supported": ["code"],
    "response_modes_supported": [mode.value for mode in ResponseMode],
    "request_parameter_supported": False,
    "request_uri_parameter_supported": False,
}
# OpenID Connect Core sections 6.1 and 6.2, 7.2.1: what we do not do is said, never ignored.
UNSUPPORTED = {
    "request": "request_not_supported",
    "request_uri": "request_uri_not_supported",
    "registration": "registration_not_supported",
}


def check_response_mode(params: Params) -> ResponseMode:
    """Return how the answer is to travel; the query by default."""
    try:
        return ResponseMode(params.get("response_mode", ResponseMode.QUERY))
    except ValueError:
        raise Refusal("invalid_request", "The response_mode is not supported.") from None


def check_response_type(params: Params, client: Client) -> None:
    """Refuse everything but ``code``."""
    for name, error in UNSUPPORTED.items():
        if name in params:
            raise Refusal(error, "This parameter is not supported.")
    if "response_type" not in params:
        raise Refusal("invalid_request", "The response_type is missing.")
    if params["response_type"] != "code":
        raise Refusal("unsupported_response_type", "Only the response_type code is supported.")
    if GrantType.AUTHORIZATION_CODE not in client.grant_types:
        raise Refusal("unauthorized_client", "The client has not registered this flow.")
