"""Which errors of a database mean that it is down, and not that we are wrong."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import exc

from idp.domain.errors import Unavailable

# SQLite's primary result codes; SQLITE_ERROR (no such table, bad syntax) is not among them.
SQLITE_OUTAGES = frozenset(
    {
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_NOTADB,
    }
)
PRIMARY_CODE = 0xFF


@contextmanager
def outages() -> Iterator[None]:
    """Turn errors of a database that is gone, refuses or is too slow into Unavailable."""
    try:
        yield
    except exc.TimeoutError as error:
        raise Unavailable("Every connection to the database is in use.") from error
    except exc.DBAPIError as error:
        if not _is_outage(error):
            raise
        raise Unavailable("The database does not answer.") from error


def _is_outage(error: exc.DBAPIError) -> bool:
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & PRIMARY_CODE in SQLITE_OUTAGES
    # A standby that was not promoted yet is there but refuses to write.
    lost = (psycopg.OperationalError, psycopg.InterfaceError, psycopg.errors.ReadOnlySqlTransaction)
    return error.connection_invalidated or isinstance(cause, lost)
