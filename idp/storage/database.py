"""The durable memory: units of work on one database."""

import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import Engine

from idp.domain.errors import Unavailable
from idp.domain.sealing import BlindIndex, Sealer
from idp.domain.work import UnitOfWork
from idp.storage.engine import is_sqlite, open_engine
from idp.storage.migrate import head, init_migrations
from idp.storage.outages import outages
from idp.storage.repositories.audit import SqlAuditLog
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
        # An SQLite transaction that begins by reading could not wait for the write lock later.
        self._begin = "BEGIN IMMEDIATE" if is_sqlite(engine.url) else "BEGIN"

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
