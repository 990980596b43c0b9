"""The scopes asked for: openid, and what the client registered."""

from idp.domain.clients import Client
from idp.domain.errors import Refusal
from idp.domain.grants import OPENID
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
    if not set(understood) <= client.scopes:
        raise Refusal("invalid_scope", "The client has not registered this scope.")
    return understood
