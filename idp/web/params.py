"""Parameters of queries and forms, as they came over the wire."""

from urllib.parse import parse_qsl

from idp.domain.errors import Refusal
from idp.domain.params import Params, read_params

FORM = "application/x-www-form-urlencoded"
MAX_PARAMETERS = 100


def parse(encoded: bytes) -> Params:
    """Return the parameters, or refuse doubled, overlong or undecodable ones."""
    try:
        pairs = parse_qsl(
            encoded.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MAX_PARAMETERS,
        )
    except ValueError:
        raise Refusal("invalid_request", "The parameters cannot be decoded.") from None
    return read_params(pairs)


def not_a_form() -> Refusal:
    """Return the refusal of a body that is no form."""
    return Refusal("invalid_request", "The body must be application/x-www-form-urlencoded.")
