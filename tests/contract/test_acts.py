"""Grants with their events, written at once, on SQLite and PostgreSQL."""

from dataclasses import replace
from datetime import timedelta

import pytest

from idp.domain.audit import GrantIssued, TokensIssued
from idp.domain.grants import Issue, Standing
from idp.domain.ids import random_secret
from tests.contract import values
from tests.contract.conftest import race


def told(grant):
    return GrantIssued(
        at=grant.created_at,
        person_id=grant.person_id,
        client_id=grant.client_id,
        grant_id=grant.id,
        session_id=grant.session_id,
        scopes=grant.scopes,
        acr=grant.acr,
        claims=("cn_realname/gender",),
        resources=("https://fund.test/𬱖",),
    )


def handed_out(grant):
    return TokensIssued(
        at=values.LATER,
        person_id=grant.person_id,
        client_id=grant.client_id,
        grant_type="refresh_token",
        grant_id=grant.id,
        scopes=grant.scopes,
    )


@pytest.fixture
def session(database):
    kept = values.session()
    with database.begin() as work:
        work.sessions.add(kept)
    return kept


def issue(database, grant, session):
    return database.issue(grant, told(grant), token_digest=session.token_digest)


def grant_of(database, grant):
    with database.read() as work:
        return work.grants.get(grant.id)


@pytest.mark.parametrize(
    "changes",
    [{}, {"details": (), "transaction_hash": None}, {"scopes": ("openid", "offline_access"), "sid": "''"}],
)
def test_a_grant_is_issued_whole_with_its_event_and_the_session_is_touched(database, session, changes):
    grant = values.grant(created_at=values.LATER, **changes)

    assert issue(database, grant, session) is Issue.ISSUED

    assert grant_of(database, grant) == grant
    [(kind, details)] = database.audit_trail()
    assert kind == "GrantIssued"
    assert details["at"] == values.LATER
    assert details["person_id"] == grant.person_id
    assert details["claims"] == ["cn_realname/gender"]
    assert details["resources"] == ["https://fund.test/𬱖"]
    with database.read() as work:
        assert work.sessions.find(session.token_digest).last_seen_at == values.LATER


def test_without_an_open_session_nothing_is_written(database, session):
    with database.begin() as work:
        work.sessions.revoke(session.id, values.NOW)
    grant = values.grant()

    assert issue(database, grant, session) is Issue.SESSION_OVER
    assert issue(database, grant, values.session()) is Issue.SESSION_OVER

    assert grant_of(database, grant) is None
    assert database.audit_trail() == []


def test_of_several_of_one_id_the_first_is_kept_and_told(database, session):
    first = values.grant(id="the-visit")
    second = values.grant(id="the-visit", acr="another")

    assert issue(database, first, session) is Issue.ISSUED
    assert issue(database, second, session) is Issue.TAKEN

    assert grant_of(database, first) == first
    assert len(database.audit_trail()) == 1


def test_racing_to_issue_has_one_winner(database, session):
    def one():
        return issue(database, values.grant(id="the-visit", code_digest=random_secret()), session)

    outcomes = race(one)

    assert outcomes.count(Issue.ISSUED) == 1
    assert outcomes.count(Issue.TAKEN) == len(outcomes) - 1
    assert len(database.audit_trail()) == 1


def test_whoever_ends_the_session_meanwhile_finds_every_grant_that_was_issued(database, session):
    issued = []

    def one():
        grant = values.grant(session_id=session.id)
        if issue(database, grant, session) is Issue.ISSUED:
            issued.append(grant)

    def end():
        with database.begin() as work:
            if work.sessions.revoke(session.id, values.LATER):
                work.grants.revoke_of_session(session.id, values.LATER)

    acts = iter([one] * 5 + [end] + [one] * 10)
    race(lambda: next(acts)())  # noqa: PLW0108 - each racer takes an act of its own

    with database.read() as work:
        assert all(work.grants.get(grant.id).revoked_at == values.LATER for grant in issued)
    assert issue(database, values.grant(), session) is Issue.SESSION_OVER


def test_rotating_at_once_counts_from_what_was_seen_and_tells_of_it(database, session):
    grant = values.grant()
    issue(database, grant, session)

    assert database.rotate(grant.id, handed_out(grant), refreshes=0, at=values.LATER)
    assert not database.rotate(grant.id, handed_out(grant), refreshes=0, at=values.LATER)
    assert not database.rotate("unknown", handed_out(grant), refreshes=0, at=values.LATER)

    assert grant_of(database, grant) == replace(grant, refreshes=1, rotated_at=values.LATER)
    assert [kind for kind, _ in database.audit_trail()] == ["GrantIssued", "TokensIssued"]


def test_racing_to_rotate_at_once_has_one_winner(database, session):
    grant = values.grant()
    issue(database, grant, session)

    won = race(lambda: database.rotate(grant.id, handed_out(grant), refreshes=0, at=values.LATER))

    assert won.count(True) == 1
    assert [kind for kind, _ in database.audit_trail()].count("TokensIssued") == 1


def test_what_was_revoked_rotates_no_more(database, session):
    grant = values.grant()
    issue(database, grant, session)
    with database.begin() as work:
        work.grants.revoke(grant.id, values.NOW)

    assert not database.rotate(grant.id, handed_out(grant), refreshes=0, at=values.LATER)
    assert [kind for kind, _ in database.audit_trail()] == ["GrantIssued"]


def test_an_event_that_is_written_once_is_there(database):
    with database.once() as work:
        work.audit.append(handed_out(values.grant()))

    assert [kind for kind, _ in database.audit_trail()] == ["TokensIssued"]


def enter(database, **changes):
    person = values.person(**changes)
    with database.begin() as work:
        work.persons.add(person, password_hash=None)
    return person


def test_a_grant_comes_with_what_it_rests_on(database):
    person = enter(database)
    consent = values.consent(person_id=person.id)
    grant = values.grant(person_id=person.id)
    stranger = values.grant(person_id=person.id, client_id="client-2")
    with database.begin() as work:
        work.consents.put(consent)
        work.grants.add(grant)
        work.grants.add(stranger)

    with database.read() as work:
        for held in (work.grants.held(grant.id), work.grants.held_by_code(grant.code_digest)):
            assert held.grant == grant
            assert held.standing == Standing(consent=consent, is_open=True, closes_at=None)
        assert work.grants.held(stranger.id).standing == Standing(consent=None, is_open=True, closes_at=None)
        assert work.grants.with_person(grant.id) == (grant, person)
        assert work.grants.held("unknown") is None
        assert work.grants.with_person("unknown") is None


def test_a_grant_of_an_account_that_closes_or_is_gone_says_so(database):
    person = enter(database)
    end = values.NOW + timedelta(days=15)
    grant = values.grant(person_id=person.id)
    nobodys = values.grant(person_id="nobody")
    with database.begin() as work:
        work.grants.add(grant)
        work.grants.add(nobodys)
        work.persons.close(person.id, end)
    with database.read() as work:
        closing, gone = work.grants.held(grant.id), work.grants.held(nobodys.id)
        assert closing.standing == Standing(consent=None, is_open=False, closes_at=end)
        assert gone.standing == Standing(consent=None, is_open=False, closes_at=None)
        assert work.grants.with_person(grant.id)[1].closes_at == end
        assert work.grants.with_person(nobodys.id) == (nobodys, None)

    with database.begin() as work:
        assert work.persons.erase(person.id, end)
        work.grants.add(values.grant(id="late", person_id=person.id))
    with database.read() as work:
        assert work.grants.held("late").standing == gone.standing
        assert work.grants.with_person("late")[1] is None
