"""Sessions, on SQLite and PostgreSQL."""

from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from tests.contract import values
from tests.contract.conftest import race

MINUTE = timedelta(minutes=1)


@pytest.fixture
def session(database):
    kept = values.session()
    with database.begin() as work:
        work.sessions.add(kept)
    return kept


def test_a_session_comes_back_whole(database, session):
    with database.read() as work:
        assert work.sessions.find(session.token_digest) == session
        assert work.sessions.find("unknown") is None


def test_a_moment_comes_back_exact_and_aware_whatever_its_zone(database):
    china = values.NOW.astimezone(timezone(timedelta(hours=8)))
    session = values.session(last_seen_at=china, expires_at=china)

    with database.begin() as work:
        work.sessions.add(session)

    with database.read() as work:
        found = work.sessions.find(session.token_digest)
    assert found.last_seen_at == values.NOW
    assert found.last_seen_at.utcoffset() == timedelta(0)
    assert found.last_seen_at.microsecond == 123_456


def test_a_moment_without_a_zone_is_a_bug(database):
    naive = values.session(expires_at=values.NOW.replace(tzinfo=None))

    with pytest.raises(Exception, match="without a time zone"), database.begin() as work:
        work.sessions.add(naive)


def test_the_sessions_of_a_person_are_listed_newest_first_without_ended_ones(database):
    mine = [values.session(auth_time=values.NOW + minutes * MINUTE) for minutes in (1, 3, 2)]
    ended, other = values.session(), values.session(person_id="person-2")
    with database.begin() as work:
        for each in [*mine, ended, other]:
            work.sessions.add(each)
        work.sessions.revoke(ended.id, values.NOW)

    with database.read() as work:
        assert work.sessions.of_person("person-1") == (mine[1], mine[2], mine[0])
        assert work.sessions.of_person("nobody") == ()


def test_touching_writes_down_the_moment_even_outside_a_transaction(database, session):
    with database.read() as work:
        assert work.sessions.touch(session.token_digest, values.LATER)

    with database.read() as work:
        assert work.sessions.find(session.token_digest) == replace(session, last_seen_at=values.LATER)


def test_an_ended_session_is_kept_but_not_open(database, session):
    with database.begin() as work:
        assert work.sessions.revoke(session.id, values.LATER)
        assert not work.sessions.revoke(session.id, values.LATER + MINUTE)
        assert not work.sessions.touch(session.token_digest, values.LATER + MINUTE)

    with database.read() as work:
        assert work.sessions.find(session.token_digest) == replace(session, revoked_at=values.LATER)


def test_an_unknown_session_is_not_open(database):
    with database.begin() as work:
        assert not work.sessions.touch("unknown", values.NOW)
        assert not work.sessions.revoke("unknown", values.NOW)


def test_racing_to_end_a_session_has_one_winner(database, session):
    def end():
        with database.begin() as work:
            return work.sessions.revoke(session.id, values.LATER)

    assert race(end).count(True) == 1
