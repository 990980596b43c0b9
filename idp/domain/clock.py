"""Time as a port, so that rules and tests decide what now is."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Protocol

# China has one civil time, eight hours ahead of UTC.
CIVIL_TIME = timezone(timedelta(hours=8))


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return datetime.now(UTC)


def civil_date(now: datetime) -> date:
    """Return the date on which somebody's birthday is, or is not yet."""
    return now.astimezone(CIVIL_TIME).date()
