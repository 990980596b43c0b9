"""Consents, on SQLite and PostgreSQL."""

from datetime import timedelta

from tests.contract import values
from tests.contract.conftest import race


def put(database, *consents):
    with database.begin() as work:
        for consent in consents:
            work.consents.put(consent)


def test_a_consent_comes_back_whole(database):
    consent = values.consent()

    put(database, consent)

    with database.read() as work:
        assert work.consents.get("person-1", "client-1") == consent
        assert work.consents.get("person-1", "client-2") is None
        assert work.consents.get("person-2", "client-1") is None


def test_the_last_answer_counts(database):
    newer = values.consent(asked=frozenset({"openid"}), allowed=frozenset(), given_at=values.LATER)

    put(database, values.consent(), newer)

    with database.read() as work:
        assert work.consents.of_person("person-1") == (newer,)


def test_consents_are_listed_newest_first(database):
    consents = [
        values.consent(client_id=f"client-{n}", given_at=values.NOW + timedelta(microseconds=n))
        for n in (2, 3, 1)
    ]
    put(database, *consents, values.consent(person_id="person-2"))

    with database.read() as work:
        assert work.consents.of_person("person-1") == (consents[1], consents[0], consents[2])
        assert work.consents.of_person("nobody") == ()


def test_a_consent_is_deleted_once(database):
    put(database, values.consent(), values.consent(client_id="client-2"))

    with database.begin() as work:
        assert work.consents.delete("person-1", "client-1")
        assert not work.consents.delete("person-1", "client-1")
        assert work.consents.get("person-1", "client-1") is None
        assert work.consents.get("person-1", "client-2") is not None


def test_consents_given_at_once_leave_one(database):
    race(lambda: put(database, values.consent()))

    with database.read() as work:
        assert work.consents.of_person("person-1") == (values.consent(),)
