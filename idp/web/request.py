"""Flask's request as plain values."""

from ipaddress import IPv6Address, ip_address, ip_network

from flask import request

from idp.domain.params import Params
from idp.web.params import FORM, not_a_form, parse

IPV6_PREFIX = 64


def query_params() -> Params:
    """Return the query's parameters, or refuse doubled, overlong or undecodable ones."""
    return parse(request.query_string)


def form_params() -> Params:
    """Return the form's parameters; the query of a POST never counts."""
    if request.mimetype != FORM:
        raise not_a_form()
    return parse(request.get_data(cache=False))


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
