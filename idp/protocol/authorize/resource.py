"""The resource servers that access tokens are meant for."""

from collections.abc import Callable, Mapping

from idp.domain.clients import Client
from idp.domain.errors import Refusal

SPEC = "RFC 8707"

FindResource = Callable[[str], Client | None]


def check_resource(params: Mapping[str, str], client: Client, find: FindResource) -> tuple[str, ...]:
    """Return the resources that *params* name, each once.

    One that an operator did not allow the client, or that is not registered, is refused.
    """
    named = read_resources(params)
    if not client.allowed_resources.issuperset(named):
        raise Refusal("invalid_target", "The client may not call a resource.")
    if any(find(resource) is None for resource in named):
        raise Refusal("invalid_target", "A resource is not registered here.")
    return named


def read_resources(params: Mapping[str, str]) -> tuple[str, ...]:
    """Return what *params* name; the parameter may repeat (section 2), and an address has no space."""
    return tuple(dict.fromkeys(params.get("resource", "").split()))


def narrowed(
    granted: tuple[str, ...], params: Mapping[str, str], client: Client, find: FindResource
) -> tuple[str, ...]:
    """Return the resources that one token is asked for; more than *granted* is refused (section 2.2)."""
    named = check_resource(params, client, find)
    if not set(named) <= set(granted):
        raise Refusal("invalid_target", "A resource was not asked for when the person consented.")
    return named
