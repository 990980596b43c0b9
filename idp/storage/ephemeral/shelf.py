"""A dictionary in which everything has its expiry."""

from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush

from idp.domain.clock import Clock
from idp.domain.errors import Unavailable

LIMIT = 200_000
SLACK = 1_000


class Shelf:
    """Values that are thrown out by the first put after their end, so that memory stays bounded.

    Not safe for threads: the stores hold a lock around it.
    """

    def __init__(self, clock: Clock, limit: int = LIMIT) -> None:
        """Take at most *limit* values."""
        self._clock = clock
        self._limit = limit
        self._values: dict[str, tuple[datetime, str]] = {}
        # When to look at which key; an entry may be out of date, since the value can be replaced.
        self._due: list[tuple[datetime, str]] = []

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: str) -> str | None:
        """Return the value, unless it has ended."""
        held = self._values.get(key)
        return held[1] if held and self._clock.now() < held[0] else None

    def put(self, key: str, value: str, ttl: timedelta) -> None:
        """Keep the value for *ttl*, or raise Unavailable when there is no room."""
        now = self._clock.now()
        self._throw_out(now)
        if len(self._values) >= self._limit and key not in self._values:
            raise Unavailable("The memory of short-lived values is full.")
        self._values[key] = (now + ttl, value)
        heappush(self._due, (now + ttl, key))
        if len(self._due) > 2 * len(self._values) + SLACK:
            self._due = [(end, each) for each, (end, _) in self._values.items()]
            heapify(self._due)

    def swap(self, key: str, value: str) -> None:
        """Change a value that is there, keeping its end."""
        self._values[key] = (self._values[key][0], value)

    def pop(self, key: str) -> str | None:
        """Return the value, unless it has ended, and forget it."""
        value = self.get(key)
        self._values.pop(key, None)
        return value

    def _throw_out(self, now: datetime) -> None:
        while self._due and self._due[0][0] <= now:
            _, key = heappop(self._due)
            held = self._values.get(key)
            if held and held[0] <= now:
                del self._values[key]
