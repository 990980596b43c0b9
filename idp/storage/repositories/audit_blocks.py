"""The blocks of the audit log's chain, and the events that they bind."""

from sqlalchemy import Connection, bindparam, func, select, text

from idp.domain.audit_chain import Block, LoggedEvent
from idp.storage.repositories.inserts import InsertUnlessTaken
from idp.storage.tables import AUDIT_BLOCK, AUDIT_EVENT

ADD = InsertUnlessTaken(AUDIT_BLOCK)
NEWEST = select(AUDIT_BLOCK).order_by(AUDIT_BLOCK.c.number.desc()).limit(1)
PAGE = (
    select(AUDIT_BLOCK)
    .where(AUDIT_BLOCK.c.number > bindparam("after"))
    .order_by(AUDIT_BLOCK.c.number)
    .limit(bindparam("most"))
)
LOGGED = (
    select(AUDIT_EVENT)
    .where(AUDIT_EVENT.c.id > bindparam("after"), AUDIT_EVENT.c.id <= bindparam("until"))
    .order_by(AUDIT_EVENT.c.id)
    .limit(bindparam("most"))
)
HIGHEST = select(func.max(AUDIT_EVENT.c.id))
# Whoever has a number writes under a lock that this one waits for; nobody waits longer than that for us.
WAIT = text("SET LOCAL lock_timeout = '500ms'")
LOCK = text("LOCK TABLE audit_event IN SHARE MODE")


class SqlAuditBlocks:
    """Implements AuditBlocks."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def settled(self) -> int:
        """Return the number up to which no event is still to appear; new ones get higher numbers."""
        if self._connection.dialect.name == "postgresql":
            self._connection.execute(WAIT)
            self._connection.execute(LOCK)
        # SQLite has one writer, and that is the unit of work in which this is asked.
        return self._connection.execute(HIGHEST).scalar() or 0

    def newest(self) -> Block | None:
        """Return the last block."""
        row = self._connection.execute(NEWEST).one_or_none()
        return None if row is None else Block(**row._mapping)  # noqa: SLF001 - a public name of its rows

    def add(self, block: Block) -> bool:
        """Store the block; say whether there was none of this number."""
        row = {name: getattr(block, name) for name in AUDIT_BLOCK.columns.keys()}  # noqa: SIM118 - no dict
        return ADD.into(self._connection, row)

    def page(self, *, after: int, limit: int) -> tuple[Block, ...]:
        """Return the next *limit* blocks with higher numbers than *after*."""
        rows = self._connection.execute(PAGE, {"after": after, "most": limit})
        return tuple(Block(**row._mapping) for row in rows)  # noqa: SLF001

    def logged(self, *, after: int, until: int, limit: int) -> tuple[LoggedEvent, ...]:
        """Return events with numbers above *after* and up to *until*, in their order."""
        rows = self._connection.execute(LOGGED, {"after": after, "until": until, "most": limit})
        return tuple(LoggedEvent(**row._mapping) for row in rows)  # noqa: SLF001
