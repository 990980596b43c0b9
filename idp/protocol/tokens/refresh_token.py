"""Refresh tokens: the grant and its count of rotations under a keyed hash, so that none is stored.

A token that was never issued fails the hash and is just invalid. One that was issued but is not
the newest proves that two parties hold the family (RFC 9700 section 4.14), and the grant falls.
"""

import hashlib
import hmac
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass

from idp.domain.ids import GrantId, base64url

SPEC = "RFC 6749 section 6"
PURPOSE = b"tongxing refresh token"
COUNT_BYTES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshTokens:
    """Mints and reads refresh tokens under versioned keys of 32 bytes."""

    keys: Mapping[str, bytes]
    current: str

    def mint(self, grant_id: GrantId, refreshes: int) -> str:
        """Return the token of the grant's *refreshes*-th rotation; the same for the same arguments."""
        body = f"{self.current}.{grant_id}.{base64url(refreshes.to_bytes(COUNT_BYTES, 'big'))}"
        return f"{body}.{self._mark(self.keys[self.current], body)}"

    def read(self, unverified_token: str) -> tuple[GrantId, int] | None:
        """Return the grant and the count in the token, or None when we never issued it."""
        body, _, mark = unverified_token.rpartition(".")
        version, _, rest = body.partition(".")
        key = self.keys.get(version)
        if key is None or not unverified_token.isascii():
            return None
        if not hmac.compare_digest(self._mark(key, body), mark):
            return None
        grant_id, _, count = rest.partition(".")
        return GrantId(grant_id), int.from_bytes(urlsafe_b64decode(count + "=="), "big")

    def _mark(self, key: bytes, body: str) -> str:
        return base64url(hmac.digest(key, PURPOSE + body.encode(), hashlib.sha256))
