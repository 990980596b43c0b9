"""A value that is loaded again when it has become too old."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from idp.domain.clock import Clock
from idp.domain.errors import Unavailable

T = TypeVar("T")

# What a command changes is seen by running servers within two seconds: half of that, plus the load.
MAX_AGE = timedelta(seconds=1)


def is_fresh(loaded_at: datetime, now: datetime, max_age: timedelta = MAX_AGE) -> bool:
    """Say whether a value counts still; one from the future does not, for the clock was set back."""
    return timedelta(0) <= now - loaded_at < max_age


class Fresh(Generic[T]):
    """Hands out one loaded value for at most *max_age*; the last one for as long as loading fails.

    Two threads may load at the same time; both results are right, the later one stays.
    """

    def __init__(self, load: Callable[[], T], clock: Clock, max_age: timedelta = MAX_AGE) -> None:
        """Remember how to load; nothing is loaded yet."""
        self._load = load
        self._clock = clock
        self._max_age = max_age
        self._held: tuple[datetime, T] | None = None

    def get(self) -> T:
        """Return the value, loading it when it is absent or older than *max_age*."""
        held, now = self._held, self._clock.now()
        if held is not None and is_fresh(held[0], now, self._max_age):
            return held[1]
        try:
            value = self._load()
        except Unavailable:
            if held is None:
                raise
            return held[1]
        self._held = (now, value)
        return value
