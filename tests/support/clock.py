"""A clock that moves only when it is told to."""

from datetime import UTC, datetime, timedelta
from time import monotonic

START = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


class FakeClock:
    """A Clock for tests."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start

    def now(self) -> datetime:
        """Return the moment to which the clock was moved."""
        return self._now

    def advance(self, step: timedelta) -> None:
        """Move forward by *step*."""
        self._now += step


class RunningClock(FakeClock):
    """One that also runs by itself, for whoever stands in front of a camera."""

    def __init__(self) -> None:
        super().__init__()
        self._since = monotonic()

    def now(self) -> datetime:
        """Return the moment that it shows by now."""
        return super().now() + timedelta(seconds=monotonic() - self._since)
