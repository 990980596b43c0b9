"""Fixtures of a provider in this process: on the in-process stores, or on every kind of storage."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from tests.support.provider import Provider, Registered, open_provider
from tests.support.relying_party import Visit


@pytest.fixture
def provider(tmp_path: Path) -> Provider:
    """Return a provider with one person."""
    opened = open_provider(tmp_path, database_url=f"sqlite:///{tmp_path}/idp.db")
    opened.enter()
    return opened


@pytest.fixture(params=["in process", "servers"])
def any_provider(request: pytest.FixtureRequest, tmp_path: Path) -> Provider:
    """Return a provider with one person, on SQLite and in process, then on PostgreSQL and Redis."""
    if request.param == "in process":
        near: Provider = request.getfixturevalue("provider")
        return near
    opened = open_provider(
        tmp_path,
        database_url=request.getfixturevalue("postgresql_url"),
        store_url=request.getfixturevalue("redis_url"),
    )
    opened.enter()
    return opened


@pytest.fixture
def browser(provider: Provider) -> FlaskClient:
    """Return a browser without cookies."""
    return provider.browser()


@pytest.fixture
def client(provider: Provider) -> Registered:
    """Return a confidential client."""
    return provider.register()


@pytest.fixture
def visit(client: Registered) -> Visit:
    """Return an authorization request of the client."""
    return Visit(client)


@pytest.fixture
def counted() -> Callable[[], AbstractContextManager[list[str]]]:
    """Return a context in which the statements that reach a database are collected."""

    @contextmanager
    def collect() -> Iterator[list[str]]:
        statements: list[str] = []

        def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
            statements.append(statement)

        event.listen(Engine, "before_cursor_execute", note)
        try:
            yield statements
        finally:
            event.remove(Engine, "before_cursor_execute", note)

    return collect
