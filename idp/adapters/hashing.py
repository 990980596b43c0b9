"""argon2id password hashes, by argon2-cffi."""

import argon2
from argon2.exceptions import InvalidHashError, VerificationError


class Argon2Hasher:
    """Hashes with argon2id; checking an unknown account costs what checking a known one costs."""

    def __init__(self, *, memory_kib: int, iterations: int, lanes: int) -> None:
        """Take the parameters of RFC 9106: memory in KiB, passes, and lanes."""
        self._hasher = argon2.PasswordHasher(time_cost=iterations, memory_cost=memory_kib, parallelism=lanes)
        self._nobody = self._hasher.hash("nobody's password")

    def hash(self, password: str) -> str:
        """Return a new hash with its parameters inside."""
        return self._hasher.hash(password)

    def verify(self, password_hash: str | None, password: str) -> bool:
        """Say whether the password fits; with no hash do the same work and say no."""
        try:
            self._hasher.verify(password_hash or self._nobody, password)
        except (VerificationError, InvalidHashError):
            return False
        return password_hash is not None

    def needs_rehash(self, password_hash: str) -> bool:
        """Say whether the hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(password_hash)
