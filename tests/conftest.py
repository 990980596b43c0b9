"""Fixtures for every test; each outside program starts with the first test that asks for it."""

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.support import found
from tests.support.browser import open_browser
from tests.support.clock import FakeClock
from tests.support.servers import PostgreSQL, Redis

pytest_plugins = ["tests.support.fixtures"]


def pytest_configure(config: pytest.Config) -> None:
    """Refuse a CI run in which tests would be skipped silently."""
    is_controller = not hasattr(config, "workerinput")
    if is_controller and os.environ.get("CI") == "true" and (missing := found.missing()):
        raise pytest.UsageError(f"CI needs {', '.join(missing)}: not found on this machine.")


def pytest_report_header() -> list[str]:
    """Say what was found."""
    return found.report()


@pytest.fixture
def clock() -> FakeClock:
    """Return a clock that stands still until it is advanced."""
    return FakeClock()


@pytest.fixture(scope="session")
def _postgresql() -> Iterator[PostgreSQL]:
    server = PostgreSQL(found.require("postgresql"))
    yield server
    server.close()


@pytest.fixture
def postgresql(_postgresql: PostgreSQL) -> PostgreSQL:
    """Return the worker's PostgreSQL, running; a test may stop it."""
    _postgresql.start()
    return _postgresql


@pytest.fixture
def new_postgresql_url(postgresql: PostgreSQL) -> Iterator[Callable[[], str]]:
    """Return a function that creates an empty database and returns its SQLAlchemy URL."""
    made: list[str] = []

    def create() -> str:
        made.append(postgresql.create_database())
        return made[-1]

    yield create
    postgresql.start()
    for url in made:
        postgresql.drop_database(url)


@pytest.fixture
def postgresql_url(new_postgresql_url: Callable[[], str]) -> str:
    """Return the SQLAlchemy URL of an empty database of the test's own."""
    return new_postgresql_url()


@pytest.fixture(scope="session")
def _redis() -> Iterator[Redis]:
    server = Redis(found.require("redis"))
    yield server
    server.close()


@pytest.fixture
def redis_server(_redis: Redis) -> Redis:
    """Return the worker's Redis, running and empty; a test may stop it."""
    _redis.start()
    _redis.flush()
    return _redis


@pytest.fixture
def redis_url(redis_server: Redis) -> str:
    """Return the URL of an empty Redis."""
    return redis_server.url


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Return the worker's browser."""
    with open_browser(found.require("chromium")) as browser:
        yield browser


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """Return a page of a visitor who has never been here and reads Chinese."""
    with chromium.new_context(locale="zh-CN", timezone_id="Asia/Shanghai") as context:
        yield context.new_page()
