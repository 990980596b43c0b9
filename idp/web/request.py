"""Flask's request as plain values."""

from urllib.parse import parse_qsl

from flask import request

from idp.domain.errors import Refusal
from idp.domain.params import Params, read_params

FORM = "application/x-www-form-urlencoded"
MAX_PARAMETERS = 100


def query_params() -> Params:
    """Return the query's parameters, or refuse doubled, overlong or undecodable ones."""
    return _parse(request.query_string)


def form_params() -> Params:
    """Return the form's parameters; the query of a POST never counts."""
    if request.mimetype != FORM:
        raise Refusal("invalid_request", "The body must be application/x-www-form-urlencoded.")
    return _parse(request.get_data(cache=False))


def params() -> Params:
    """Return the parameters of an endpoint that takes GET and POST alike."""
    return form_params() if request.method == "POST" else query_params()


def authorization() -> str:
    """Return the Authorization header."""
    return request.headers.get("Authorization", "")


def _parse(encoded: bytes) -> Params:
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
