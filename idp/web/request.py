"""Flask's request as plain values."""

from ipaddress import IPv6Address, ip_address, ip_network
from urllib.parse import parse_qsl

from flask import request

from idp.domain.errors import Refusal
from idp.domain.params import Params, read_params

FORM = "application/x-www-form-urlencoded"
MAX_PARAMETERS = 100
IPV6_PREFIX = 64


def query_params() -> Params:
    """Return the query's parameters, or refuse doubled, overlong or undecodable ones."""
    return _parse(request.query_string)


def form_params() -> Params:
    """Return the form's parameters; the query of a POST never counts."""
    if request.mimetype != FORM:
        raise Refusal("invalid_request", "The body must be application/x-www-form-urlencoded.")
    return _parse(request.get_data(cache=False))


def posted_form() -> Params | None:
    """Return the parameters of a posted form, or None when none was posted."""
    return form_params() if request.method == "POST" and request.mimetype == FORM else None


def authorization() -> str:
    """Return the Authorization header."""
    return request.headers.get("Authorization", "")


def user_agent() -> str:
    """Return what the browser says it is."""
    return request.user_agent.string


def network() -> str:
    """Return what stands for the caller's address when tries are counted: of IPv6 the first 64 bits.

    Whoever has one IPv6 address usually has all that begin with the same 64 bits.
    """
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return ""
    if isinstance(address, IPv6Address):
        return str(ip_network((address, IPV6_PREFIX), strict=False))
    return str(address)


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
