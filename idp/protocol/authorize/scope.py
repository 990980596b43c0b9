"""The scopes asked for: openid, and what the client registered."""

from idp.domain.clients import Client, GrantType
from idp.domain.errors import Refusal
from idp.domain.grants import OFFLINE_ACCESS, OPENID
from idp.domain.params import Params

SPEC = "OpenID Connect Core 1.0 section 5.4"


def check_scope(params: Params, client: Client, known: frozenset[str]) -> tuple[str, ...]:
    """Return the scopes in the order asked for, each once.

    One that nobody knows is left out (OpenID Connect Core section 3.1.2.1); one that is known but
    not registered by this client is refused.
    """
    asked = tuple(dict.fromkeys(params.get("scope", "").split()))
    if OPENID not in asked:
        raise Refusal("invalid_scope", "The scope must contain openid.")
    understood = tuple(scope for scope in asked if scope in known)
    if GrantType.REFRESH_TOKEN not in client.grant_types:
        # OpenID Connect Core section 11: without refresh tokens there is no access while the person is away.
        understood = tuple(scope for scope in understood if scope != OFFLINE_ACCESS)
    if not set(understood) <= client.scopes:
        raise Refusal("invalid_scope", "The client has not registered this scope.")
    return understood
