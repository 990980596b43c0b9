"""Fixtures of a provider in this process: on the in-process stores, or on every kind of storage."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

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
