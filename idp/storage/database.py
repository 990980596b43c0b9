"""The durable memory: units of work on one database."""

import weakref
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Any

from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import Engine

from idp.domain.audit import Event
from idp.domain.errors import Unavailable
from idp.domain.grants import Grant, Issue
from idp.domain.ids import GrantId
from idp.domain.sealing import BlindIndex, Sealer
from idp.domain.work import UnitOfWork
from idp.storage import acts
from idp.storage.engine import is_sqlite, open_engine
from idp.storage.migrate import head, init_migrations
from idp.storage.outages import outages
from idp.storage.repositories.audit import SqlAuditLog, event_row
from idp.storage.repositories.grants import grant_row
from idp.storage.work import SqlWork

NEWEST = head()


class Database:
    """Implements Records.

    When the server was down, the call that finds out renews the whole pool: the next one works.
    """

    def __init__(self, engine: Engine, sealer: Sealer, index: BlindIndex) -> None:
        self._engine = engine
        self._sealer = sealer
        self._index = index
        # SQLite's statements write one table each.
        self._at_once = not is_sqlite(engine.url)
        # An SQLite transaction that begins by reading could not wait for the write lock later.
        self._begin = "BEGIN" if self._at_once else "BEGIN IMMEDIATE"

    @contextmanager
    def begin(self) -> Iterator[UnitOfWork]:
        """Open a transaction: committed when the block ends, rolled back when it raises."""
        with outages(), self._engine.connect() as connection:
            connection.exec_driver_sql(self._begin)
            yield SqlWork(connection, self._sealer, self._index)
            connection.commit()

    @contextmanager
    def read(self) -> Iterator[UnitOfWork]:
        """Open for reading only, without a transaction; each statement sees the newest facts."""
        with outages(), self._engine.connect() as connection:
            yield SqlWork(connection, self._sealer, self._index)

    def once(self) -> AbstractContextManager[UnitOfWork]:
        """Open for a single statement that writes: it needs no transaction, and is final when it is done."""
        return self.read()

    def issue(self, grant: Grant, event: Event, *, token_digest: str) -> Issue:
        """Store the grant and write the event, if the session under this secret is open, and touch it."""
        if self._at_once:
            with outages(), self._engine.connect() as connection:
                row = grant_row(grant, self._sealer)
                return acts.issue(connection, row, event_row(event), token_digest=token_digest)
        with self.begin() as work:
            if not work.sessions.touch(token_digest, event.at):
                return Issue.SESSION_OVER
            if not work.grants.add(grant):
                return Issue.TAKEN
            work.audit.append(event)
            return Issue.ISSUED

    def rotate(self, grant_id: GrantId, event: Event, *, refreshes: int, at: datetime) -> bool:
        """Count one rotation and write the event, if *refreshes* and liveness still hold."""
        if self._at_once:
            with outages(), self._engine.connect() as connection:
                rotation = {"grant": grant_id, "seen": refreshes, "at": at}
                return acts.rotate(connection, rotation, event_row(event))
        with self.begin() as work:
            if not work.grants.rotate(grant_id, refreshes=refreshes, at=at):
                return False
            work.audit.append(event)
            return True

    def ping(self) -> None:
        """Raise Unavailable when the database does not answer, or is not at this program's revision."""
        with outages(), self._engine.connect() as connection:
            revision = MigrationContext.configure(connection).get_current_revision()
        if revision != NEWEST:
            raise Unavailable("The database is not at the newest revision.")

    def audit_trail(self) -> list[tuple[str, dict[str, Any]]]:
        """Return the kind and the details of every event, oldest first."""
        with outages(), self._engine.connect() as connection:
            return SqlAuditLog(connection).all()

    def close(self) -> None:
        """Close the connections that are not in use."""
        self._engine.dispose()


def open_database(app: Flask, *, url: str, sealer: Sealer, index: BlindIndex, pool_size: int = 8) -> Database:
    """Give *app* the database at *url*, ``sqlite:///file.db`` or ``postgresql://…``, and return it.

    Nothing is connected yet. Raises ValueError when the URL cannot be read.
    """
    engine = open_engine(app, url, pool_size)
    init_migrations(app)
    database = Database(engine, sealer, index)
    weakref.finalize(database, engine.dispose)
    return database
