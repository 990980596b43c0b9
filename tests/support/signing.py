"""A client's own key, what it signs, and what only an attacker would make."""

import hashlib
import hmac
import json
import secrets
from datetime import timedelta
from functools import cache
from typing import Any

from joserfc.jwk import Key, OctKey, RSAKey
from joserfc.jws import serialize_compact
from joserfc.util import urlsafe_b64encode

from idp.protocol.jose.algorithms import Registry, generate_key
from tests.support.clock import FakeClock
from tests.support.provider import ISSUER

JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@cache
def a_key(algorithm: str = "ES256", kid: str = "k-1") -> Key:
    """Return the same private key each time: RSA keys are slow to make."""
    return generate_key(algorithm, kid=kid)


def jwks_of(*keys: Key) -> dict[str, Any]:
    """Return what a client shows of its keys."""
    return {"keys": [dict(key.as_dict(private=False)) for key in keys]}


def sign(claims: dict[str, Any], key: Key, **header: Any) -> str:
    """Return *claims* signed; a change of the header to None leaves a parameter out."""
    usual = {"alg": key.alg, "kid": key.kid}
    whole = {name: value for name, value in (usual | header).items() if value is not None}
    registry = Registry(algorithms=[whole["alg"]], strict_check_header=False)
    return serialize_compact(whole, json.dumps(claims), key, registry=registry)


def unsigned(claims: dict[str, Any], header: dict[str, Any] | None = None) -> str:
    """Return a token that nobody signed."""
    parts = [header or {"alg": "none"}, claims]
    return ".".join(urlsafe_b64encode(json.dumps(part).encode()).decode() for part in parts) + "."


def shared(secret: str) -> OctKey:
    """Return a client secret as the key that it is for client_secret_jwt."""
    return OctKey.import_key(secret, {"alg": "HS256"})


def confused(claims: dict[str, Any], key: RSAKey, kid: str | None = None) -> str:
    """Return a token whose secret is the public key that everybody can read: RS256 taken for HS256."""
    header = {"alg": "HS256"} | ({"kid": kid} if kid else {})
    said = unsigned(claims, header)[:-1]
    signature = hmac.digest(key.as_pem(private=False), said.encode(), hashlib.sha256)
    return f"{said}.{urlsafe_b64encode(signature).decode()}"


def claims_of_assertion(client_id: str, clock: FakeClock, **changes: Any) -> dict[str, Any]:
    """Return what a client says of itself; a change to None leaves a claim out."""
    now = clock.now()
    usual = {
        "iss": client_id,
        "sub": client_id,
        "aud": ISSUER,
        "iat": int(now.timestamp()),
        "exp": int((now + timedelta(seconds=60)).timestamp()),
        "jti": secrets.token_urlsafe(16),
    }
    return {name: value for name, value in (usual | changes).items() if value is not None}
