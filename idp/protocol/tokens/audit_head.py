"""Heads of the audit log's chain: signed, so that who kept one can tell whether the chain reaches it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key, import_key

from idp.domain.keys import SigningKey
from idp.protocol.jose.algorithms import REGISTRY
from idp.protocol.jose.keyring import Keyring

SPEC = "RFC 7519"
TYPE = "audit-head+jwt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a head says: the number and the hash of a block, and the last event in it."""

    number: int
    hash: str
    last_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditHeads:
    """Signs heads, and reads those that keys of any time have signed."""

    keyring: Keyring
    issuer: str

    def sign(self, head: Head, at: datetime) -> str:
        """Return the head as a JWT."""
        claims = {
            "iss": self.issuer,
            "iat": int(at.timestamp()),
            "number": head.number,
            "hash": head.hash,
            "last_event": head.last_id,
        }
        return self.keyring.sign(claims, typ=TYPE)

    def read(self, token: str, keys: Iterable[SigningKey]) -> Head | None:
        """Return the head, or None where none of *keys* signed it."""
        known = {key.kid: key for key in keys}

        def find(unverified: Any) -> Key:
            header = unverified.headers()
            key = known.get(str(header.get("kid")))
            if key is None or key.algorithm != header.get("alg"):
                raise ValueError("None of the keys signed this.")
            return import_key(key.public_jwk)

        try:
            read = jwt.decode(token, find, registry=REGISTRY)
            claims = read.claims
            is_ours = read.header.get("typ") == TYPE and claims["iss"] == self.issuer
            said = Head(number=claims["number"], hash=claims["hash"], last_id=claims["last_event"])
        except (JoseError, ValueError, TypeError, KeyError):
            return None
        return said if is_ours else None
