"""The ephemeral stores in the memory of one process."""

from datetime import timedelta
from threading import Lock

from idp.domain.clock import Clock
from idp.storage.ephemeral.shelf import LIMIT, Shelf

CLAIMED = "1"


class MemoryExpiringStore:
    """Implements ExpiringStore; the clock decides what has expired."""

    def __init__(self, clock: Clock, *, limit: int = LIMIT) -> None:
        self._shelf = Shelf(clock, limit)
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._shelf)

    def get(self, key: str) -> str | None:
        """Return the value, or None when it is absent or expired."""
        with self._lock:
            return self._shelf.get(key)

    def put(self, key: str, value: str, *, ttl: timedelta) -> None:
        """Store the value for *ttl*, over any older one."""
        with self._lock:
            self._shelf.put(key, value, ttl)

    def replace(self, key: str, *, old: str, new: str) -> bool:
        """Swap *old* for *new* if the value still is *old*, keeping its expiry; say whether it was."""
        with self._lock:
            if self._shelf.get(key) != old:
                return False
            self._shelf.swap(key, new)
            return True

    def extend(self, key: str, *, ttl: timedelta) -> bool:
        """Let the value live for *ttl* from now; say whether it was still there."""
        with self._lock:
            value = self._shelf.get(key)
            if value is None:
                return False
            self._shelf.put(key, value, ttl)
            return True

    def delete(self, key: str) -> bool:
        """Forget the value; True for exactly one of several callers."""
        with self._lock:
            return self._shelf.pop(key) is not None


class MemoryOneTimeStore:
    """Implements OneTimeStore; the clock decides what has expired."""

    def __init__(self, clock: Clock, *, limit: int = LIMIT) -> None:
        self._shelf = Shelf(clock, limit)
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._shelf)

    def put(self, key: str, value: str, *, ttl: timedelta) -> None:
        """Store the value for *ttl*."""
        with self._lock:
            self._shelf.put(key, value, ttl)

    def take(self, key: str) -> str | None:
        """Hand the value over and forget it; only one caller ever gets it."""
        with self._lock:
            return self._shelf.pop(key)

    def claim(self, key: str, *, ttl: timedelta) -> bool:
        """Mark the key as used for *ttl*; True for the first caller only."""
        with self._lock:
            if self._shelf.get(key) is not None:
                return False
            self._shelf.put(key, CLAIMED, ttl)
            return True
