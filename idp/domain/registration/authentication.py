"""How a client authenticates, and whether its keys and algorithm fit that."""

from idp.domain.algorithms import HS256, Algorithm
from idp.domain.clients import AuthMethod, Keys
from idp.domain.registration.members import refuse

SPEC = "OpenID Connect Core 1.0 section 9"
SIGNED_WITH: dict[AuthMethod, frozenset[str]] = {
    AuthMethod.PRIVATE_KEY_JWT: frozenset(Algorithm),
    AuthMethod.SECRET_JWT: frozenset({HS256}),
}


def check_authentication(method: AuthMethod, keys: Keys, algorithm: str | None) -> None:
    """Refuse a method without what it needs, and an algorithm that it has no use for."""
    if algorithm is not None and algorithm not in SIGNED_WITH.get(method, ()):
        raise refuse("The members token_endpoint_auth_method and _signing_alg do not fit each other.")
    if method is AuthMethod.PRIVATE_KEY_JWT and keys == Keys():
        raise refuse("The method private_key_jwt needs a jwks or a jwks_uri.")
