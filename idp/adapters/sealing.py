"""AES-256-GCM under versioned keys, by the cryptography package."""

import secrets
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
SEPARATOR = b"."


class AesGcmSealer:
    """Seals as ``version . nonce (12 bytes) . ciphertext and tag``; the context is authenticated too.

    A random 96-bit nonce is safe for 2**32 seals a key (NIST SP 800-38D section 8.3): rotate before.
    """

    def __init__(self, keys: Mapping[str, bytes], current: str) -> None:
        """Take 32-byte keys by version, and the version that seals from now on."""
        self._ciphers = {version: AESGCM(key) for version, key in keys.items()}
        self._current = current

    def seal(self, plain: bytes, *, context: str) -> bytes:
        """Encrypt *plain*; only the same *context* opens it."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self._ciphers[self._current].encrypt(nonce, plain, context.encode())
        return self._current.encode() + SEPARATOR + nonce + sealed

    def open(self, sealed: bytes, *, context: str) -> bytes:
        """Decrypt, or raise ValueError when the key is unknown or anything was changed."""
        version, _, rest = sealed.partition(SEPARATOR)
        cipher = self._ciphers.get(version.decode("ascii", "replace"))
        if cipher is None:
            raise ValueError("Sealed under a key that is not here.")
        try:
            return cipher.decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], context.encode())
        except InvalidTag:
            raise ValueError("The sealed value was changed or belongs elsewhere.") from None
