"""What Alembic runs: every migration in one transaction, one process at a time, on the app's engine."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from alembic import context
from flask import current_app  # noqa: TID251 - Flask-Migrate hands over the app this way
from sqlalchemy import Connection

from idp.storage.tables.base import Moment, db

# Any number that no other program takes for its lock.
LOCK = 7_204_177


def main() -> None:
    """Bring the database of the current app to the revision that was asked for."""
    with db.engine.connect() as connection, _alone(connection):
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            transactional_ddl=True,
            render_item=_render,
            **current_app.extensions["migrate"].configure_args,
        )
        context.run_migrations()


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    if connection.dialect.name == "sqlite":
        # A table that is rebuilt is dropped for a moment, and rows that point to it must not mind.
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql("BEGIN")
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
    try:
        yield
        connection.commit()
    finally:
        # Its settings are not those of the pool.
        connection.invalidate()


def _render(kind: str, item: object, autogen_context: object) -> str | Literal[False]:
    del autogen_context
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Moment) else False


main()
