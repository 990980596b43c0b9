"""Bringing the schema to the newest revision, by Alembic through Flask-Migrate."""

import os
from pathlib import Path
from typing import cast

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import Migrate
from sqlalchemy import Engine

from idp.domain.errors import Unavailable
from idp.storage.engine import is_sqlite
from idp.storage.outages import outages
from idp.storage.tables import db

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


def init_migrations(app: Flask) -> None:
    """Teach *app* where its migrations are; its database is known by now."""
    Migrate(app, db, directory=str(MIGRATIONS))


def upgrade(app: Flask, revision: str = "head") -> None:
    """Bring the schema up to *revision*; an SQLite file is created, readable by its owner only."""
    with app.app_context(), outages():
        if is_sqlite(db.engine.url):
            _create(_file(db.engine))
        command.upgrade(_config(app), revision)


def downgrade(app: Flask, revision: str) -> None:
    """Take the schema back to *revision*; ``base`` drops every table."""
    with app.app_context(), outages():
        command.downgrade(_config(app), revision)


def current(app: Flask) -> str | None:
    """Return the schema's revision, or None when there are no tables yet."""
    with app.app_context(), outages():
        if is_sqlite(db.engine.url) and not _file(db.engine).exists():
            return None
        with db.engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()


def head() -> str | None:
    """Return the newest revision there is."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


def _config(app: Flask) -> Config:
    return cast("Config", app.extensions["migrate"].migrate.get_config())


def _file(engine: Engine) -> Path:
    return Path(engine.url.database or "")


def _create(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise Unavailable("The database file cannot be created.") from error
