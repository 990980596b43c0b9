"""Telling relying parties that a session has ended: what is queued, and when it is tried again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from idp.domain.ids import ClientId

# After each failed try; the last one again and again.
PAUSES = (
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
)
PATIENCE = timedelta(hours=24)
# OpenID Connect Back-Channel Logout 1.0 section 2.8: so a relying party says that it failed.
FAILED_THERE = 400
MAX_FAILED_THERE = 3


class DeliveryState(StrEnum):
    """What became of a notice."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogoutDelivery:
    """A notice to one client that a session, known to it as *sid*, has ended.

    *due_at* is when it may be tried next, None when it is done with; *attempts* counts the tries
    that were begun. The id is also that of every logout token that carries the notice.
    """

    id: str
    client_id: ClientId
    subject: str
    sid: str
    uri: str
    created_at: datetime
    due_at: datetime | None
    attempts: int = 0
    last_status: int | None = None
    delivered_at: datetime | None = None
    given_up_at: datetime | None = None

    @property
    def state(self) -> DeliveryState:
        """Return what became of it."""
        if self.delivered_at:
            return DeliveryState.DELIVERED
        return DeliveryState.GIVEN_UP if self.given_up_at else DeliveryState.WAITING


def next_try(delivery: LogoutDelivery, now: datetime) -> datetime | None:
    """Return when a delivery that has just failed is tried again, or None when it is given up."""
    if delivery.last_status == FAILED_THERE and delivery.attempts >= MAX_FAILED_THERE:
        return None
    due = now + PAUSES[min(delivery.attempts, len(PAUSES)) - 1]
    return due if due - delivery.created_at <= PATIENCE else None


class LogoutDeliveries(Protocol):
    """The queue of notices, durable, and the record of what became of them."""

    def add(self, delivery: LogoutDelivery) -> None:
        """Queue the notice."""

    def due(self, now: datetime, *, limit: int) -> tuple[LogoutDelivery, ...]:
        """Return notices that may be tried, those that waited longest first."""

    def claim(self, delivery: LogoutDelivery, *, until: datetime) -> LogoutDelivery | None:
        """Begin a try, so that nobody else does before *until*; None for all callers but one."""

    def settle(self, delivery: LogoutDelivery) -> bool:
        """Write down what became of a claimed try, unless somebody claimed the next one; say whether."""

    def put_off(self, client_id: ClientId, now: datetime, *, until: datetime, limit: int) -> int:
        """Let what is due to the client by *now* wait, so that others have their turn; return how many."""

    def of_client(self, client_id: ClientId, *, limit: int) -> tuple[LogoutDelivery, ...]:
        """Return the client's notices, newest first."""

    def purge(self, before: datetime, *, limit: int) -> int:
        """Forget notices made before then that are done with; return how many."""
