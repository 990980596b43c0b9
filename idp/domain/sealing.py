"""Ports of secrets at rest: sealing documents and indexing identifiers without showing them."""

import hashlib
import hmac
from typing import Protocol

from idp.domain.ids import base64url


class Sealer(Protocol):
    """Authenticated encryption under versioned keys."""

    def seal(self, plain: bytes, *, context: str) -> bytes:
        """Encrypt for *context* (the row it belongs to); opening in another context fails."""

    def open(self, sealed: bytes, *, context: str) -> bytes:
        """Decrypt, or raise ValueError when the key is unknown or anything was changed."""


class BlindIndex:
    """Keyed digests of identifiers: equal ones meet, and none can be read or guessed without the key."""

    def __init__(self, key: bytes) -> None:
        """Take a key of 32 random bytes."""
        self._key = key

    def digest(self, identifier: str) -> str:
        """Return HMAC-SHA-256 of the normalised *identifier* as base64url, 43 characters."""
        return base64url(hmac.digest(self._key, identifier.encode(), hashlib.sha256))
