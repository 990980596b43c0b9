"""Clients, on SQLite and PostgreSQL."""

from dataclasses import replace
from datetime import timedelta

import pytest

from idp.domain.clients import AuthMethod, GrantType
from idp.domain.errors import Conflict
from tests.contract import values


def add(database, *clients):
    with database.begin() as work:
        for client in clients:
            work.clients.add(client)


@pytest.mark.parametrize(
    "client",
    [
        values.client(),
        values.client(
            auth_method=AuthMethod.NONE,
            secret_digest=None,
            name_en=None,
            redirect_uris=(),
            grant_types=frozenset({GrantType.CLIENT_CREDENTIALS}),
            scopes=frozenset(),
        ),
    ],
    ids=["full", "bare"],
)
def test_a_client_comes_back_whole(database, client):
    add(database, client)

    with database.read() as work:
        assert work.clients.get(client.client_id) == client
        assert work.clients.get("nobody") is None


def test_a_taken_id_is_a_conflict(database):
    client = values.client()
    add(database, client)

    with pytest.raises(Conflict):
        add(database, values.client(client_id=client.client_id, name="Another"))

    with database.read() as work:
        assert work.clients.all() == (client,)


def test_clients_are_listed_oldest_first(database):
    clients = [values.client(created_at=values.NOW + timedelta(microseconds=n)) for n in (2, 0, 1)]

    add(database, *clients)

    with database.read() as work:
        assert work.clients.all() == (clients[1], clients[2], clients[0])


def test_a_client_is_deleted_once(database):
    client = values.client()
    add(database, client)

    with database.begin() as work:
        assert work.clients.delete(client.client_id)
        assert not work.clients.delete(client.client_id)
        assert work.clients.get(client.client_id) is None


def test_a_client_makes_way_within_one_unit_of_work(database):
    old, new = values.client(client_id="one"), values.client(client_id="one", name="New")
    add(database, old)

    with database.begin() as work:
        work.clients.delete(old.client_id)
        work.clients.add(new)

    with database.read() as work:
        assert work.clients.get("one") == new


def test_a_client_is_changed_with_its_resources_unless_it_is_gone(database):
    client = values.client(resources=("https://api.test/a", "https://api.test/b"))
    add(database, client)
    changed = replace(client, name="新", resources=("https://api.test/b", "https://api.test/c"))

    with database.begin() as work:
        assert work.clients.replace(changed)
        assert not work.clients.replace(values.client(client_id="nobody"))

    with database.read() as work:
        assert work.clients.get(client.client_id) == changed
        assert work.clients.at_resource("https://api.test/a") is None
        assert work.clients.at_resource("https://api.test/c") == changed


def test_a_resource_belongs_to_one_client_and_goes_with_it(database):
    first = values.client(resources=("https://api.test/a",))
    add(database, first)

    with pytest.raises(Conflict):
        add(database, values.client(resources=("https://api.test/b", "https://api.test/a")))
    other = values.client()
    add(database, other)
    with pytest.raises(Conflict), database.begin() as work:
        work.clients.replace(replace(other, resources=("https://api.test/a",)))
    with database.begin() as work:
        work.clients.delete(first.client_id)

    with database.read() as work:
        assert work.clients.at_resource("https://api.test/a") is None
        assert work.clients.all() == (other,)
