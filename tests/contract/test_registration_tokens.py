"""Initial access tokens, and clients that are held to be changed, on SQLite and PostgreSQL."""

from dataclasses import replace
from datetime import timedelta

import pytest

from idp.domain.ids import digest
from idp.domain.registration.initial_tokens import InitialToken
from tests.contract import values
from tests.contract.conftest import race

TOKEN = digest("token")


def add(database, **changes):
    usual = InitialToken(
        digest=TOKEN, uses=1, created_at=values.NOW, expires_at=values.NOW + timedelta(days=7)
    )
    with database.begin() as work:
        work.initial_tokens.add(replace(usual, **changes))


def use(database, at=values.NOW):
    with database.begin() as work:
        return work.initial_tokens.use(TOKEN, at)


def test_a_token_works_as_often_as_it_was_given(database):
    add(database, uses=2)

    assert [use(database) for _ in range(4)] == [True, True, False, False]


def test_an_unknown_token_is_none(database):
    with database.begin() as work:
        assert not work.initial_tokens.is_good(TOKEN, values.NOW)
        assert not work.initial_tokens.use(TOKEN, values.NOW)


def test_tokens_that_expired_long_ago_are_forgotten_some_at_a_time(database):
    for number in range(3):
        add(database, digest=digest(f"old-{number}"), expires_at=values.NOW - timedelta(days=31))
    add(database, expires_at=values.NOW + timedelta(days=1))

    with database.begin() as work:
        forgotten = [work.initial_tokens.purge(values.NOW - timedelta(days=30), limit=2) for _ in range(3)]

    assert forgotten == [2, 1, 0]
    assert use(database)


def test_a_token_ends_with_its_last_moment(database):
    end = values.NOW + timedelta(seconds=1)
    add(database, expires_at=end)

    with database.read() as work:
        assert work.initial_tokens.is_good(TOKEN, end - timedelta(microseconds=1))
        assert not work.initial_tokens.is_good(TOKEN, end)
    assert not use(database, at=end)
    assert use(database, at=end - timedelta(microseconds=1))


def test_looking_uses_nothing_up(database):
    add(database)

    with database.read() as work:
        assert work.initial_tokens.is_good(TOKEN, values.NOW)
    assert use(database)
    with database.read() as work:
        assert not work.initial_tokens.is_good(TOKEN, values.NOW)


def test_a_use_that_is_rolled_back_is_none(database):
    add(database)

    def use_and_fail():
        with database.begin() as work:
            work.initial_tokens.use(TOKEN, values.NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        use_and_fail()
    assert use(database)


@pytest.mark.parametrize("uses", [1, 3])
def test_racing_for_a_token_has_as_many_winners_as_uses(database, uses):
    add(database, uses=uses)

    assert race(lambda: use(database)).count(True) == uses


def test_nobody_changes_a_client_that_another_holds(database):
    client = values.client(default_max_age=0)
    with database.begin() as work:
        work.clients.add(client)

    def count():
        with database.begin() as work:
            held = work.clients.hold(client.client_id)
            work.clients.replace(replace(held, default_max_age=held.default_max_age + 1))

    race(count)

    with database.begin() as work:
        assert work.clients.get(client.client_id).default_max_age == 16
        assert work.clients.hold("nobody") is None
