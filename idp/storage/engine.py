"""One SQLAlchemy engine an application, on SQLite or PostgreSQL."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import URL, Engine, event, exc, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from idp.storage.tables import db

POOL_SECONDS = 5
BUSY_SECONDS = 5
CONNECT_SECONDS = 3
# What the URL says in its own options comes later and wins.
POSTGRESQL_SETTINGS = "-c statement_timeout=5000 -c lock_timeout=5000 -c TimeZone=UTC"
# A network that swallows everything is noticed in about ten seconds.
KEEPALIVES = {
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}


def open_engine(app: Flask, url: str, pool_size: int) -> Engine:
    """Give the database at *url* to *app* and return its engine; nothing is connected yet."""
    target = read_url(url)
    app.config["SQLALCHEMY_DATABASE_URI"] = target
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {
        "pool_size": pool_size,
        # A unit of work may read (a signing key, a client) on a second connection meanwhile.
        "max_overflow": pool_size,
        "pool_timeout": POOL_SECONDS,
        "pool_use_lifo": True,
        "hide_parameters": True,
        **(_sqlite(target) if is_sqlite(target) else _postgresql(target)),
    }
    db.init_app(app)
    with app.app_context():
        engine = db.engine
    if is_sqlite(target):
        event.listen(engine, "connect", _prepare_sqlite(_path(target)))
        event.listen(engine, "checkout", _check_sqlite(_path(target)))
    return engine


def read_url(text: str) -> URL:
    """Return the database's URL; raises ValueError without repeating it, for it may hold a password."""
    try:
        url = make_url(text)
    except (exc.ArgumentError, ValueError):
        raise ValueError("The database URL cannot be read.") from None
    if url.drivername in {"postgresql", "postgresql+psycopg"}:
        return url.set(drivername="postgresql+psycopg")
    if url.drivername == "sqlite" and url.database and url.database != ":memory:":
        return url.set(database=str(Path(url.database).absolute()))
    raise ValueError("The database URL names neither PostgreSQL nor an SQLite file.")


def is_sqlite(url: URL) -> bool:
    """Say whether *url* names an SQLite file."""
    return url.drivername == "sqlite"


def _path(url: URL) -> Path:
    return Path(url.database or "")


def _postgresql(url: URL) -> dict[str, Any]:
    own = url.query.get("options", "")
    return {
        "connect_args": {
            # The driver begins nothing: reading costs no BEGIN, and no switch between two modes.
            "autocommit": True,
            "connect_timeout": CONNECT_SECONDS,
            "options": f"{POSTGRESQL_SETTINGS} {own if isinstance(own, str) else ' '.join(own)}",
            **KEEPALIVES,
        }
    }


def _sqlite(url: URL) -> dict[str, Any]:
    # mode=rw: a file that is gone is an outage; only a migration creates one.
    place = f"{_path(url).as_uri()}?mode=rw"
    seconds = float(str(url.query.get("timeout", BUSY_SECONDS)))

    def connect() -> sqlite3.Connection:
        # isolation_level=None: the driver begins nothing, every transaction is one of ours.
        return sqlite3.connect(
            place, uri=True, timeout=seconds, isolation_level=None, check_same_thread=False
        )

    return {"creator": connect}


def _prepare_sqlite(path: Path) -> Callable[[DBAPIConnection, ConnectionPoolEntry], None]:
    def prepare(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
        entry.info["file"] = _identity(path)

    return prepare


def _check_sqlite(path: Path) -> Callable[[DBAPIConnection, ConnectionPoolEntry, Any], None]:
    def check(connection: DBAPIConnection, entry: ConnectionPoolEntry, proxy: Any) -> None:
        del connection, proxy
        # An open connection would go on writing into a file that was removed or replaced.
        if entry.info["file"] != _identity(path):
            raise exc.DisconnectionError

    return check


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
