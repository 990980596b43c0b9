"""Public keys of others: read from what they show, chosen by what a token's header may say."""

import json
from collections.abc import Iterable
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import Key, import_key
from joserfc.util import base64_to_int

from idp.domain.algorithms import Algorithm
from idp.domain.registration.metadata import KEY_TYPES, PRIVATE_MEMBERS

SPEC = "RFC 7517"
MIN_RSA_BITS = 2048
MAX_KEYS = 100
# The type of key that an algorithm needs, and the curve.
NEEDS: dict[str, tuple[str, str | None]] = {
    Algorithm.RS256: ("RSA", None),
    Algorithm.PS256: ("RSA", None),
    Algorithm.ES256: ("EC", "P-256"),
    Algorithm.EDDSA: ("OKP", "Ed25519"),
}


def read_key_set(body: bytes) -> tuple[Key, ...] | None:
    """Return the keys of a document that can be used, or None when it is no key set."""
    try:
        jwks = json.loads(body)
    except (ValueError, RecursionError):
        return None
    shown = jwks.get("keys") if isinstance(jwks, dict) else None
    return read_keys(shown) if isinstance(shown, list) else None


def read_keys(shown: Iterable[Any]) -> tuple[Key, ...]:
    """Return those keys that can be used; a set may hold others, meant for others (section 5)."""
    read = (read_key(jwk) for jwk in list(shown)[:MAX_KEYS])
    return tuple(key for key in read if key is not None)


def read_key(jwk: Any) -> Key | None:
    """Return the key, or None when it is secret, too short, or cannot be read."""
    if not isinstance(jwk, dict) or PRIVATE_MEMBERS & jwk.keys():
        return None
    try:
        if jwk["kty"] not in KEY_TYPES:
            return None
        # joserfc would take a short key and only warn of it.
        if jwk["kty"] == "RSA" and base64_to_int(jwk["n"]).bit_length() < MIN_RSA_BITS:
            return None
        return import_key(jwk)
    except (JoseError, ValueError, TypeError, KeyError):
        return None


def choose_key(keys: Iterable[Key], *, algorithm: str, kid: str | None) -> Key | None:
    """Return the one key that fits; without a *kid* there must be no other."""
    fitting = [key for key in keys if _fits(key, algorithm) and kid in {None, key.kid}]
    return fitting[0] if len(fitting) == 1 else None


def _fits(key: Key, algorithm: str) -> bool:
    kind, curve = NEEDS.get(algorithm, (None, None))
    operations = key.get("key_ops")
    return (
        key.key_type == kind
        and curve in {None, key.get("crv")}
        and key.get("use") in {None, "sig"}
        and key.alg in {None, algorithm}
        and (operations is None or "verify" in operations)
    )
