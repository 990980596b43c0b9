"""Every implementation of every port, each made once a test."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy
from flask import Flask

from idp.adapters.sealing import AesGcmSealer
from idp.domain.errors import Unavailable
from idp.domain.sealing import BlindIndex
from idp.storage.database import Database, open_database
from idp.storage.ephemeral.memory import MemoryExpiringStore, MemoryOneTimeStore
from idp.storage.ephemeral.redis import RedisExpiringStore, RedisOneTimeStore, open_redis
from idp.storage.migrate import upgrade
from tests.support.patience import wait_until

RACERS = 16


@dataclass
class Opened:
    """A database, where it is, and a way around the repositories."""

    app: Flask
    url: str
    database: Database

    def sql(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        """Run *statement* on a connection of its own and return the rows, if it has any."""
        engine = sqlalchemy.create_engine(self.url, poolclass=sqlalchemy.NullPool)
        with engine.begin() as connection:
            result = connection.execute(sqlalchemy.text(statement), values)
            return [tuple(row) for row in result] if result.returns_rows else []


@dataclass
class Kept:
    """A store, and a way to let a second pass on its clock."""

    store: Any
    let_a_second_pass: Callable[[Callable[[], bool]], None]


def open_empty(url: str, **options: Any) -> Opened:
    """Open the database at *url*, in which there may be nothing yet."""
    app = Flask("contract")
    sealer = AesGcmSealer({"k1": bytes(range(32))}, "k1")
    database = open_database(app, url=url, sealer=sealer, index=BlindIndex(b"i" * 32), **options)
    return Opened(app, url, database)


def open_ready(url: str, **options: Any) -> Opened:
    """Open the database at *url* with its tables."""
    opened = open_empty(url, **options)
    upgrade(opened.app)
    return opened


def race(act: Callable[[], Any], racers: int = RACERS) -> list[Any]:
    """Let *racers* do the same at once; return what each got."""
    with ThreadPoolExecutor(racers) as pool:
        return [running.result() for running in [pool.submit(act) for _ in range(racers)]]


def works(act: Callable[[], object]) -> bool:
    """Say whether *act* did not raise Unavailable."""
    try:
        act()
    except Unavailable:
        return False
    return True


@pytest.fixture
def sqlite_url(tmp_path):
    return f"sqlite:///{tmp_path}/contract.db"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request):
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture
def opened(database_url):
    """Return a database with its tables, on each kind of server."""
    ready = open_ready(database_url)
    yield ready
    ready.database.close()


@pytest.fixture
def database(opened):
    return opened.database


@pytest.fixture(params=["memory", "redis"])
def expiring(request, clock):
    """Return each ExpiringStore."""
    if request.param == "memory":
        yield Kept(MemoryExpiringStore(clock), lambda _: clock.advance(timedelta(seconds=1)))
        return
    with open_redis(request.getfixturevalue("redis_url")) as client:
        yield Kept(RedisExpiringStore(client), wait_until)


@pytest.fixture(params=["memory", "redis"])
def one_time(request, clock):
    """Return each OneTimeStore."""
    if request.param == "memory":
        yield Kept(MemoryOneTimeStore(clock), lambda _: clock.advance(timedelta(seconds=1)))
        return
    with open_redis(request.getfixturevalue("redis_url")) as client:
        yield Kept(RedisOneTimeStore(client), wait_until)
