"""The port of password hashing."""

from typing import Protocol


class PasswordHasher(Protocol):
    """Slow, salted hashes; argon2id in production."""

    def hash(self, password: str) -> str:
        """Return a new hash with its parameters inside."""

    def verify(self, password_hash: str | None, password: str) -> bool:
        """Say whether the password fits; with no hash do the same work and say no."""

    def needs_rehash(self, password_hash: str) -> bool:
        """Say whether the hash was made with other parameters than today's."""
