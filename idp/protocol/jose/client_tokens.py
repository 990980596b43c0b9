"""JWTs that clients sign: by which key, for whom, for how long."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import GuestProtocol, Key
from joserfc.jws import extract_compact

from idp.domain.params import FORBIDDEN
from idp.protocol.jose.algorithms import Registry

SPEC = "RFC 7519, RFC 8725"
MAX_LIFETIME = timedelta(hours=1)
# How far the clocks of two machines may be apart.
SKEW = timedelta(seconds=10)
# RFC 8725 section 3.10: a token does not say where its key is, nor bring it along, nor change the rules.
REFUSED_HEADERS = frozenset({"jku", "jwk", "x5u", "x5c", "crit", "b64"})


class FindKey(Protocol):
    """Finds the key that a token must be signed with."""

    def __call__(self, *, algorithm: str, kid: str | None) -> Key | None:
        """Return it, or None."""


@dataclass(frozen=True, slots=True)
class Verified:
    """A token whose signature is right; nothing else about it was checked."""

    header: dict[str, Any]
    claims: dict[str, Any]

    @property
    def type(self) -> str | None:
        """Return the media type without its prefix (RFC 7515 section 4.1.9), if one is given."""
        typ = self.header.get("typ")
        return None if typ is None else str(typ).lower().removeprefix("application/")

    @property
    def jti(self) -> str | None:
        """Return the token's id."""
        return text_or_none(self.claims.get("jti"))

    def is_for(self, audiences: Collection[str]) -> bool:
        """Say whether one of *audiences* is meant."""
        aud = self.claims.get("aud")
        meant = aud if isinstance(aud, list) else [aud]
        return any(isinstance(each, str) and each in audiences for each in meant)

    def expires_in(self, now: datetime) -> timedelta | None:
        """Return how long the token may still be used; None when it may not.

        That is when it has no end or one too far away, when it is over, and when it comes from the
        future.
        """
        at, end = now.timestamp(), self.claims.get("exp", 0)
        ahead = (now + SKEW).timestamp()
        if not _is_number(end) or not at < end <= ahead + MAX_LIFETIME.total_seconds():
            return None
        begun = [self.claims[name] for name in ("iat", "nbf") if name in self.claims]
        if not all(_is_number(each) and each <= ahead for each in begun):
            return None
        return timedelta(seconds=end - at)


def verify(token: str, find: FindKey, algorithms: Collection[str]) -> Verified | None:
    """Return what the token says if the key that *find* returns signed it with one of *algorithms*."""

    def key_of(signed: GuestProtocol) -> Key:
        header = signed.headers()
        if REFUSED_HEADERS & header.keys() or header["alg"] not in algorithms:
            raise ValueError("This header is not taken.")
        key = find(algorithm=header["alg"], kid=header.get("kid"))
        if key is None:
            raise ValueError("No key fits.")
        return key

    try:
        signed = jwt.decode(token, key_of, registry=Registry(algorithms=list(algorithms)))
    except (JoseError, ValueError, TypeError, RecursionError):  # joserfc trips over odd JSON
        return None
    return Verified(signed.header, signed.claims)


def unverified_issuer(token: str) -> str | None:
    """Return who says that he issued the token: good for a look-up and for nothing else."""
    try:
        claims = json.loads(extract_compact(token.encode()).payload)
        return text_or_none(claims.get("iss"))
    except (JoseError, ValueError, TypeError, AttributeError, RecursionError):
        return None


def text_or_none(value: Any) -> str | None:
    """Return a text that can be stored and looked up."""
    return value if isinstance(value, str) and value and not FORBIDDEN.search(value) else None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
