"""Accounts that close, and what is erased of them, on SQLite and PostgreSQL."""

from datetime import timedelta

import pytest
import sqlalchemy

from idp.domain.accounts import PasswordCredential
from idp.domain.grants import Standing
from idp.domain.ids import digest, random_id
from idp.domain.messages import Message, Topic
from tests.contract import values
from tests.contract.conftest import race
from tests.contract.values import NOW

LATER = NOW + timedelta(days=15)
NOT_THERE = Standing(consent=None, is_open=False, closes_at=None)


def add(database, **changes):
    person = values.person(**changes)
    with database.begin() as work:
        work.persons.add(person, password_hash=values.HASH)
    return person


def message(person_id):
    return Message(
        id=random_id(),
        person_id=person_id,
        topic=Topic.CLOSING,
        language="zh",
        phone="+8610000000001",
        text="x",
        created_at=NOW,
    )


def begun(database, act):
    with database.begin() as work:
        return act(work)


def closing(database, **changes):
    person = add(database, **changes)
    assert begun(database, lambda work: work.persons.close(person.id, LATER))
    return person


def test_an_account_closes_once_and_is_taken_back_once(database):
    person = closing(database)

    with database.read() as work:
        assert work.persons.get(person.id).closes_at == LATER
        assert work.persons.page(after=None, limit=10)[0].closes_at == LATER
        assert work.persons.closes_at(person.id) == LATER
        assert work.consents.standing(person.id, "c") == Standing(
            consent=None, is_open=False, closes_at=LATER
        )
    assert not begun(database, lambda work: work.persons.close(person.id, NOW))
    assert begun(database, lambda work: work.persons.reopen(person.id))
    assert not begun(database, lambda work: work.persons.reopen(person.id))
    with database.read() as work:
        assert work.persons.get(person.id) == person
        assert work.consents.standing(person.id, "c") == Standing(consent=None, is_open=True, closes_at=None)


def test_a_consent_comes_with_the_standing_of_its_person(database):
    person = add(database)
    consent = values.consent(person_id=person.id)
    begun(database, lambda work: work.consents.put(consent))

    with database.read() as work:
        standing = work.consents.standing(person.id, "client-1")
        other = work.consents.standing(person.id, "client-2")

    assert standing == Standing(consent=consent, is_open=True, closes_at=None)
    assert other == Standing(consent=None, is_open=True, closes_at=None)


def test_nobody_is_neither_open_nor_closing(database):
    with database.read() as work:
        assert work.consents.standing("nobody", "c") == NOT_THERE
        assert work.persons.closes_at("nobody") is None
    assert not begun(database, lambda work: work.persons.close("nobody", NOW))
    assert not begun(database, lambda work: work.persons.reopen("nobody"))
    assert not begun(database, lambda work: work.persons.erase("nobody", NOW))


def test_those_whose_time_is_over_are_found_page_by_page(database):
    people = [add(database, id=f"p{n}", document=None, phone=None, username=f"u{n}") for n in range(4)]
    for person, days in zip(people, (3, 1, 2, 9), strict=True):
        begun(database, lambda work, p=person, d=days: work.persons.close(p.id, NOW + timedelta(days=d)))

    with database.read() as work:
        assert work.persons.due(NOW, limit=9) == ()
        assert work.persons.due(NOW + timedelta(days=3), limit=9) == ("p0", "p1", "p2")
        assert work.persons.due(NOW + timedelta(days=3), limit=2) == ("p0", "p1")
        assert work.persons.due(NOW + timedelta(days=3), limit=2, after="p1") == ("p2",)


def test_nobody_is_erased_before_the_time_or_without_having_closed(database):
    open_one = add(database, username="open", phone=None, document=None)
    person = closing(database)

    for each, moment in ((open_one, LATER), (person, LATER - timedelta(microseconds=1))):
        assert not begun(database, lambda work, e=each, m=moment: work.persons.erase(e.id, m))
    with database.read() as work:
        assert work.persons.get(open_one.id) == open_one
        assert work.persons.credential(("yi.yan",)).person_id == person.id


def test_of_an_erased_person_only_the_id_is_left(opened):
    person = closing(opened.database)

    assert begun(opened.database, lambda work: work.persons.erase(person.id, LATER))

    with opened.database.read() as work:
        assert work.persons.get(person.id) is None
        assert work.persons.page(after=None, limit=10) == ()
        assert work.persons.credential(person.identifiers) is None
        assert work.persons.due(LATER, limit=10) == ()
        assert work.consents.standing(person.id, "c") == NOT_THERE
    [(person_id, document, closes_at)] = opened.sql("SELECT id, document, closes_at FROM person")
    assert (person_id, bytes(document), closes_at) == (person.id, b"", None)
    assert opened.sql("SELECT * FROM identifier") == []
    assert opened.sql("SELECT * FROM credential") == []


def test_the_id_of_an_erased_person_is_never_given_again(database):
    person = closing(database)
    begun(database, lambda work: work.persons.erase(person.id, LATER))

    with pytest.raises(sqlalchemy.exc.IntegrityError):
        add(database, id=person.id)

    again = add(database)
    with database.read() as work:
        assert work.persons.get(again.id) == again


def test_an_erased_person_cannot_come_back(database):
    person = closing(database)
    begun(database, lambda work: work.persons.erase(person.id, LATER))

    assert not begun(database, lambda work: work.persons.reopen(person.id))
    assert not begun(database, lambda work: work.persons.close(person.id, LATER))
    assert not begun(database, lambda work: work.persons.erase(person.id, LATER))


def test_racing_to_erase_or_to_keep_has_one_winner(database):
    person = closing(database)

    erased = race(lambda: begun(database, lambda work: work.persons.erase(person.id, LATER)), 8)
    kept = begun(database, lambda work: work.persons.reopen(person.id))

    assert (erased.count(True), kept) == (1, False)


def test_what_hangs_on_a_person_is_forgotten_and_others_things_stay(database):
    with database.begin() as work:
        for person_id in ("one", "other"):
            work.sessions.add(values.session(person_id=person_id))
            work.sessions.add(values.session(person_id=person_id, revoked_at=NOW))
            work.grants.add(values.grant(person_id=person_id))
            work.consents.put(values.consent(person_id=person_id))
            work.known_browsers.meet(person_id, digest(person_id), language="zh", at=NOW)
            work.outbox.add(message(person_id))

    forgotten = begun(
        database,
        lambda work: [
            kind.erase_of_person("one")
            for kind in (work.sessions, work.grants, work.consents, work.known_browsers, work.outbox)
        ],
    )

    assert forgotten == [2, 1, 1, 1, 1]
    with database.read() as work:
        assert len(work.sessions.of_person("other")) == 1
        assert len(work.consents.of_person("other")) == 1
        assert [each.person_id for each in work.outbox.waiting(limit=9)] == ["other"]


def test_all_grants_of_a_person_end_or_all_but_one_sessions(database):
    offline = ("openid", "offline_access")
    mine = [
        values.grant(session_id="here"),
        values.grant(session_id="here", scopes=offline),
        values.grant(session_id="there"),
        values.grant(session_id="long ago", scopes=offline),
    ]
    strangers = values.grant(person_id="other", session_id="there")
    with database.begin() as work:
        for each in (*mine, strangers):
            work.grants.add(each)

    def living():
        with database.read() as work:
            return [work.grants.get(each.id).revoked_at is None for each in (*mine, strangers)]

    assert begun(database, lambda work: work.grants.revoke_of_person("person-1", NOW, but="here")) == 2
    assert living() == [True, True, False, False, True]
    assert begun(database, lambda work: work.grants.revoke_of_person("person-1", NOW, but=None)) == 2
    assert living() == [False, False, False, False, True]


def test_a_credential_counts_until_the_password_changes(database):
    person = add(database)
    credential = PasswordCredential(person.id, values.HASH)

    assert begun(database, lambda work: work.persons.keep_password(credential))
    begun(database, lambda work: work.persons.set_password(person.id, "new"))
    assert not begun(database, lambda work: work.persons.keep_password(credential))
    assert not begun(database, lambda work: work.persons.keep_password(PasswordCredential("nobody", "x")))


def test_of_racing_changes_of_a_password_one_sees_the_old_one(database):
    person = add(database)
    credential = PasswordCredential(person.id, values.HASH)

    def change():
        with database.begin() as work:
            if not work.persons.keep_password(credential):
                return False
            work.persons.set_password(person.id, "new")
            return True

    assert race(change, 8).count(True) == 1
