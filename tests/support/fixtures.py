"""Fixtures of a provider in this process: on the in-process stores, or on every kind of storage."""

import pytest

from tests.support.provider import open_provider
from tests.support.relying_party import Visit


@pytest.fixture
def provider(tmp_path):
    """Return a provider with one person."""
    opened = open_provider(tmp_path, database_url=f"sqlite:///{tmp_path}/idp.db")
    opened.enter()
    return opened


@pytest.fixture(params=["in process", "servers"])
def any_provider(request, tmp_path):
    """Return a provider with one person, on SQLite and in process, then on PostgreSQL and Redis."""
    if request.param == "in process":
        return request.getfixturevalue("provider")
    opened = open_provider(
        tmp_path,
        database_url=request.getfixturevalue("postgresql_url"),
        store_url=request.getfixturevalue("redis_url"),
    )
    opened.enter()
    return opened


@pytest.fixture
def browser(provider):
    """Return a browser without cookies."""
    return provider.browser()


@pytest.fixture
def client(provider):
    """Return a confidential client."""
    return provider.register()


@pytest.fixture
def visit(client):
    """Return an authorization request of the client."""
    return Visit(client)
