"""Signing keys: pending is published, active signs, retiring verifies, retired is history, revoked void."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol


class KeyState(StrEnum):
    """Where a signing key is in its life, in order."""

    PENDING = "pending"
    ACTIVE = "active"
    RETIRING = "retiring"
    RETIRED = "retired"
    REVOKED = "revoked"


# A key that leaves these never comes back to them.
MAY_SIGN = frozenset({KeyState.PENDING, KeyState.ACTIVE})
PUBLISHED = frozenset({KeyState.PENDING, KeyState.ACTIVE, KeyState.RETIRING})


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """A key pair at rest: the public half as a JWK, the private half sealed by the wrapping key.

    The public half is kept for ever, for what it signed. The private half is gone (empty) since the key
    *stopped_at* signing: nobody who takes the database later writes in its name.
    """

    kid: str
    algorithm: str
    state: KeyState
    public_jwk: dict[str, Any]
    sealed_private: bytes
    created_at: datetime
    changed_at: datetime
    stopped_at: datetime | None = None


class Keys(Protocol):
    """The signing keys."""

    def add(self, key: SigningKey) -> None:
        """Store the key."""

    def all(self) -> tuple[SigningKey, ...]:
        """Return every key, oldest first."""

    def set_state(self, kid: str, state: KeyState, at: datetime) -> None:
        """Move the key on in its life; where it stops signing, note when, and erase the private half."""
