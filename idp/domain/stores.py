"""Ports of the ephemeral memory: single-key atomic verbs, so that a Redis Cluster needs no hash tags."""

from datetime import timedelta
from typing import Protocol


class ExpiringStore(Protocol):
    """Values that must die: interactions, hot sessions."""

    def get(self, key: str) -> str | None:
        """Return the value, or None when it is absent or expired."""

    def put(self, key: str, value: str, *, ttl: timedelta) -> None:
        """Store the value for *ttl*, over any older one."""

    def replace(self, key: str, *, old: str, new: str) -> bool:
        """Swap *old* for *new* if the value still is *old*, keeping its expiry; say whether it was."""

    def extend(self, key: str, *, ttl: timedelta) -> bool:
        """Let the value live for *ttl* from now; say whether it was still there."""

    def delete(self, key: str) -> bool:
        """Forget the value; True for exactly one of several callers."""


class OneTimeStore(Protocol):
    """Short-lived values, each handed over at most once."""

    def put(self, key: str, value: str, *, ttl: timedelta) -> None:
        """Store the value for *ttl*."""

    def take(self, key: str) -> str | None:
        """Hand the value over and forget it; only one caller ever gets it."""

    def claim(self, key: str, *, ttl: timedelta) -> bool:
        """Mark the key as used for *ttl*; True for the first caller only."""
