"""Grants, on SQLite and PostgreSQL."""

from dataclasses import replace
from datetime import timedelta

import pytest

from idp.domain.ids import random_secret
from tests.contract import values
from tests.contract.conftest import race

OFFLINE = ("openid", "offline_access")


def add(database, *grants):
    with database.begin() as work:
        for grant in grants:
            work.grants.add(grant)


@pytest.fixture
def grant(database):
    kept = values.grant()
    add(database, kept)
    return kept


def found(database, grant):
    with database.read() as work:
        return work.grants.get(grant.id)


def test_of_several_of_one_id_the_first_is_kept(database, grant):
    with database.begin() as work:
        assert work.grants.add(values.grant(id="another"))
        assert not work.grants.add(replace(grant, code_digest="another", acr="another"))

    assert found(database, grant) == grant


def test_racing_for_an_id_has_one_winner(database):
    def add_one():
        with database.begin() as work:
            return work.grants.add(values.grant(id="the-visit", code_digest=random_secret()))

    assert race(add_one).count(True) == 1


def test_a_grant_comes_back_whole_by_id_and_by_code(database):
    grant = values.grant(scopes=OFFLINE, refreshes=3, revoked_at=values.LATER)
    add(database, grant)

    with database.read() as work:
        assert work.grants.get(grant.id) == grant
        assert work.grants.held_by_code(grant.code_digest).grant == grant
        assert work.grants.get("unknown") is None
        assert work.grants.held_by_code("unknown") is None


def test_what_was_transacted_is_sealed_for_the_grant_that_it_stands_in(opened):
    first, second = values.grant(), values.grant()
    add(opened.database, first, second)
    [row] = opened.sql("SELECT document, transaction_sealed FROM grants WHERE id = :id", id=first.id)
    opened.sql("UPDATE grants SET transaction_sealed = :sealed WHERE id = :id", sealed=row[1], id=second.id)

    for secret in ("6200000000000000018", "12000.00", "示例银行", "h" * 43):
        assert secret not in row[0]
        assert secret.encode() not in bytes(row[1])
    assert found(opened.database, first).details == (values.DETAIL,)
    with pytest.raises(ValueError, match=r".*"):
        found(opened.database, second)


def test_a_grant_without_a_transaction_has_nothing_to_seal(opened):
    grant = values.grant(details=(), transaction_hash=None)
    add(opened.database, grant)

    assert found(opened.database, grant) == grant
    assert opened.sql("SELECT transaction_sealed FROM grants") == [(None,)]


def test_the_parties_of_a_session_are_named_once_each(database):
    add(
        database,
        values.grant(client_id="b"),
        values.grant(client_id="a", revoked_at=values.NOW),
        values.grant(client_id="b"),
        values.grant(client_id="c", session_id="another"),
    )

    with database.read() as work:
        assert work.grants.parties("session-1") == ("a", "b")
        assert work.grants.parties("unknown") == ()


def test_rotating_counts_from_what_was_seen(database, grant):
    with database.begin() as work:
        assert work.grants.rotate(grant.id, refreshes=0, at=values.NOW)
        assert not work.grants.rotate(grant.id, refreshes=0, at=values.NOW)
        assert work.grants.rotate(grant.id, refreshes=1, at=values.NOW)
        assert not work.grants.rotate(grant.id, refreshes=3, at=values.NOW)
        assert not work.grants.rotate("unknown", refreshes=0, at=values.NOW)

    assert found(database, grant).refreshes == 2


def test_racing_to_rotate_has_one_winner(database, grant):
    def rotate():
        with database.begin() as work:
            return work.grants.rotate(grant.id, refreshes=0, at=values.NOW)

    assert race(rotate).count(True) == 1
    assert found(database, grant).refreshes == 1


def test_a_grant_is_revoked_once_and_rotates_no_more(database, grant):
    with database.begin() as work:
        assert work.grants.revoke(grant.id, values.LATER)
        assert not work.grants.revoke(grant.id, values.LATER + timedelta(hours=1))
        assert not work.grants.rotate(grant.id, refreshes=0, at=values.NOW)
        assert not work.grants.revoke("unknown", values.LATER)

    assert found(database, grant) == replace(grant, revoked_at=values.LATER)


def test_racing_to_revoke_has_one_winner(database, grant):
    def revoke():
        with database.begin() as work:
            return work.grants.revoke(grant.id, values.LATER)

    assert race(revoke).count(True) == 1


def test_an_expired_grant_was_not_live_when_it_was_revoked(database):
    grant = values.grant(expires_at=values.NOW)
    add(database, grant)

    with database.begin() as work:
        assert not work.grants.revoke(grant.id, values.NOW)
        assert work.grants.revoke_of_consent("person-1", "client-1", values.NOW) == 0


def test_the_end_of_a_session_spares_what_was_to_outlive_it(database):
    first, second = values.grant(), values.grant(client_id="client-2")
    ended = values.grant(revoked_at=values.NOW)
    offline, elsewhere = values.grant(scopes=OFFLINE), values.grant(session_id="another")
    add(database, first, second, ended, offline, elsewhere)

    with database.begin() as work:
        assert work.grants.revoke_of_session("session-1", values.LATER) == 2
        assert work.grants.revoke_of_session("session-1", values.LATER) == 0

    states = [found(database, each).revoked_at for each in (first, second, ended, offline, elsewhere)]
    assert states == [values.LATER, values.LATER, values.NOW, None, None]


def test_the_end_of_a_consent_takes_every_grant_with_it(database):
    online, offline = values.grant(), values.grant(scopes=OFFLINE, session_id="another")
    other_client, other_person = values.grant(client_id="client-2"), values.grant(person_id="person-2")
    add(database, online, offline, other_client, other_person)

    with database.begin() as work:
        assert work.grants.revoke_of_consent("person-1", "client-1", values.LATER) == 2

    states = [found(database, each).revoked_at for each in (online, offline, other_client, other_person)]
    assert states == [values.LATER, values.LATER, None, None]
