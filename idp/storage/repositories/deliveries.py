"""Notices that a session has ended."""

from dataclasses import asdict, replace
from datetime import datetime

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from idp.domain.deliveries import LogoutDelivery
from idp.domain.ids import ClientId
from idp.storage.tables import LOGOUT_DELIVERY

COLUMNS = LOGOUT_DELIVERY.c
ADD = insert(LOGOUT_DELIVERY)
DUE = (
    select(LOGOUT_DELIVERY)
    .where(COLUMNS.due_at <= bindparam("now"))
    .order_by(COLUMNS.due_at, COLUMNS.id)
    .limit(bindparam("most"))
)
# Every claim counts an attempt, so of several callers who saw the same count one matches.
AS_SEEN = update(LOGOUT_DELIVERY).where(
    COLUMNS.id == bindparam("delivery"),
    COLUMNS.attempts == bindparam("seen"),
    COLUMNS.due_at.is_not(None),
)
CLAIM = AS_SEEN.where(COLUMNS.due_at == bindparam("due")).values(
    due_at=bindparam("until"), attempts=COLUMNS.attempts + 1
)
SETTLE = AS_SEEN.values(
    due_at=bindparam("due"),
    last_status=bindparam("status"),
    delivered_at=bindparam("delivered"),
    given_up_at=bindparam("given_up"),
)
# What others hold is being tried by them.
DUE_TO_CLIENT = (
    select(COLUMNS.id)
    .where(COLUMNS.client_id == bindparam("whose"), COLUMNS.due_at <= bindparam("now"))
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
PUT_OFF = update(LOGOUT_DELIVERY).where(COLUMNS.id.in_(DUE_TO_CLIENT)).values(due_at=bindparam("until"))
OF_CLIENT = (
    select(LOGOUT_DELIVERY)
    .where(COLUMNS.client_id == bindparam("client_id"))
    .order_by(COLUMNS.created_at.desc(), COLUMNS.id)
    .limit(bindparam("most"))
)
DONE = (
    select(COLUMNS.id)
    .where(COLUMNS.due_at.is_(None), COLUMNS.created_at < bindparam("before"))
    .order_by(COLUMNS.created_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
PURGE = delete(LOGOUT_DELIVERY).where(COLUMNS.id.in_(DONE))


class SqlLogoutDeliveries:
    """Implements LogoutDeliveries."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, delivery: LogoutDelivery) -> None:
        """Queue the notice."""
        self._connection.execute(ADD, asdict(delivery))

    def due(self, now: datetime, *, limit: int) -> tuple[LogoutDelivery, ...]:
        """Return notices that may be tried, those that waited longest first."""
        return tuple(map(_read, self._connection.execute(DUE, {"now": now, "most": limit})))

    def claim(self, delivery: LogoutDelivery, *, until: datetime) -> LogoutDelivery | None:
        """Begin a try, so that nobody else does before *until*; None for all callers but one."""
        values = {
            "delivery": delivery.id,
            "seen": delivery.attempts,
            "due": delivery.due_at,
            "until": until,
        }
        if self._connection.execute(CLAIM, values).rowcount != 1:
            return None
        return replace(delivery, due_at=until, attempts=delivery.attempts + 1)

    def settle(self, delivery: LogoutDelivery) -> bool:
        """Write down what became of a claimed try, unless somebody claimed the next one; say whether."""
        values = {
            "delivery": delivery.id,
            "seen": delivery.attempts,
            "due": delivery.due_at,
            "status": delivery.last_status,
            "delivered": delivery.delivered_at,
            "given_up": delivery.given_up_at,
        }
        return self._connection.execute(SETTLE, values).rowcount == 1

    def put_off(self, client_id: ClientId, now: datetime, *, until: datetime, limit: int) -> int:
        """Let what is due to the client by *now* wait, so that others have their turn; return how many."""
        values = {"whose": client_id, "now": now, "until": until, "most": limit}
        return self._connection.execute(PUT_OFF, values).rowcount

    def of_client(self, client_id: ClientId, *, limit: int) -> tuple[LogoutDelivery, ...]:
        """Return the client's notices, newest first."""
        values = {"client_id": client_id, "most": limit}
        return tuple(map(_read, self._connection.execute(OF_CLIENT, values)))

    def purge(self, before: datetime, *, limit: int) -> int:
        """Forget notices made before then that are done with; return how many."""
        return self._connection.execute(PURGE, {"before": before, "most": limit}).rowcount


def _read(row: Row[*tuple[object, ...]]) -> LogoutDelivery:
    return LogoutDelivery(**row._mapping)  # noqa: SLF001 - a public name of SQLAlchemy's rows
