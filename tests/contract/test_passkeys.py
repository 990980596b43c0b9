"""Passkeys, on every database."""

from dataclasses import replace
from datetime import timedelta

import pytest

from idp.domain.passkeys import Passkey
from tests.contract import values
from tests.contract.conftest import race

PASSKEY = Passkey(
    id="credential-1",
    person_id="person-1",
    public_key="cose",
    sign_count=5,
    is_synced=False,
    is_attested=True,
    aaguid="00112233-4455-6677-8899-aabbccddeeff",
    transports=("internal", "hybrid"),
    name="手机",
    made_in="session-1",
    created_at=values.NOW,
)
OTHER = replace(PASSKEY, id="credential-2", person_id="person-2", sign_count=0)


@pytest.fixture
def passkeys(database):
    """Return a database with two people, each with a passkey."""
    with database.begin() as work:
        for number in (1, 2):
            person = values.person(
                id=f"person-{number}", document=None, phone=None, username=f"user-{number}"
            )
            work.persons.add(person, password_hash=None)
        assert work.passkeys.add(PASSKEY)
        assert work.passkeys.add(OTHER)
    return database


def use(database, passkey_id, count, at=values.LATER):
    with database.begin() as work:
        return work.passkeys.use(passkey_id, sign_count=count, at=at)


def test_a_passkey_comes_back_as_it_was_kept(passkeys):
    with passkeys.read() as work:
        assert work.passkeys.get("credential-1") == PASSKEY
        assert work.passkeys.of_person("person-1") == (PASSKEY,)
        assert work.passkeys.get("nobody's") is None


def test_an_id_belongs_to_one_passkey(passkeys):
    with passkeys.begin() as work:
        assert not work.passkeys.add(replace(PASSKEY, person_id="person-2"))

    with passkeys.read() as work:
        assert work.passkeys.get("credential-1") == PASSKEY


@pytest.mark.parametrize(("count", "counts"), [(6, True), (5, False), (4, False), (0, False)])
def test_a_count_goes_up(passkeys, count, counts):
    assert use(passkeys, "credential-1", count) is counts

    with passkeys.read() as work:
        kept = work.passkeys.get("credential-1")
    expected = replace(PASSKEY, sign_count=count, last_used_at=values.LATER) if counts else PASSKEY
    assert kept == expected


def test_a_device_that_does_not_count_is_used_again(passkeys):
    assert use(passkeys, "credential-2", 0)
    assert use(passkeys, "credential-2", 0, at=values.LATER + timedelta(days=1))
    assert use(passkeys, "credential-2", 1)
    assert not use(passkeys, "credential-2", 0)


def test_racing_with_one_count_has_one_winner(passkeys):
    assert sum(race(lambda: use(passkeys, "credential-1", 6))) == 1


def test_only_its_own_person_removes_a_passkey(passkeys):
    with passkeys.begin() as work:
        assert not work.passkeys.remove("person-2", "credential-1")
        assert work.passkeys.remove("person-1", "credential-1")
        assert not work.passkeys.remove("person-1", "credential-1")

    assert not use(passkeys, "credential-1", 9)


def test_what_is_erased_is_the_persons_alone(passkeys):
    with passkeys.begin() as work:
        assert work.passkeys.erase_of_person("person-1") == 1

    with passkeys.read() as work:
        assert work.passkeys.of_person("person-2") == (OTHER,)
