"""The resource servers that access tokens are meant for."""

from collections.abc import Callable, Mapping

from idp.domain.clients import Client
from idp.domain.errors import Refusal
from idp.domain.grants import OPENID

SPEC = "RFC 8707"

FindResource = Callable[[str], Client | None]


def check_resource(params: Mapping[str, str], client: Client, find: FindResource) -> tuple[str, ...]:
    """Return the resources that *params* name, each once; one that is not registered is refused.

    A client that registered itself is nobody's customer yet: an operator makes those that may go there.
    """
    named = read_resources(params)
    if any(find(resource) is None for resource in named):
        raise Refusal("invalid_target", "A resource is not registered here.")
    if named and client.registration_digest is not None:
        raise Refusal("invalid_target", "A client that registered itself has no resources.")
    return named


def read_resources(params: Mapping[str, str]) -> tuple[str, ...]:
    """Return what *params* name; the parameter may repeat (section 2), and an address has no space."""
    return tuple(dict.fromkeys(params.get("resource", "").split()))


def narrowed(granted: tuple[str, ...], params: Mapping[str, str], find: FindResource) -> tuple[str, ...]:
    """Return the resources that one token is asked for; more than *granted* is refused (section 2.2).

    One that is no longer registered is refused as well, also where it is meant without being named.
    """
    named = read_resources(params)
    if any(find(resource) is None for resource in named or granted):
        raise Refusal("invalid_target", "A resource is not registered here any more.")
    if not set(named) <= set(granted):
        raise Refusal("invalid_target", "A resource was not asked for when the person consented.")
    return named


def audience(
    granted: tuple[str, ...], named: tuple[str, ...], scopes: tuple[str, ...], issuer: str
) -> tuple[str, ...]:
    """Return whom a token is for: those that are *named* for it, else all that were *granted*.

    A token that nobody was named for also opens UserInfo, as clients that know no resources expect.
    """
    if named:
        return named
    return (*granted, issuer) if OPENID in scopes or not granted else granted
