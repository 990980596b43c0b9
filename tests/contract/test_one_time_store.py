"""OneTimeStore, in process and on Redis."""

from datetime import timedelta

import pytest

from tests.contract.conftest import race

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def store(one_time):
    return one_time.store


def test_a_value_is_handed_over_once(store):
    store.put("key", "𬱖䶮\x00", ttl=HOUR)

    assert store.take("key") == "𬱖䶮\x00"
    assert store.take("key") is None


def test_what_was_never_put_cannot_be_taken(store):
    assert store.take("key") is None


def test_a_value_cannot_be_taken_after_its_time(one_time):
    one_time.store.put("key", "value", ttl=SECOND)
    one_time.store.put("other", "value", ttl=SECOND)

    # Taking would end the wait by itself, so another key tells the time: it is put later.
    one_time.store.claim("later", ttl=SECOND)
    one_time.let_a_second_pass(lambda: one_time.store.claim("later", ttl=HOUR))

    assert one_time.store.take("key") is None


def test_racing_to_take_has_one_winner(store):
    store.put("key", "value", ttl=HOUR)

    taken = race(lambda: store.take("key"))

    assert taken.count("value") == 1
    assert taken.count(None) == 15


def test_the_first_claim_holds(store):
    assert store.claim("key", ttl=HOUR)
    assert not store.claim("key", ttl=HOUR)
    assert store.claim("other", ttl=HOUR)


def test_racing_to_claim_has_one_winner(store):
    assert race(lambda: store.claim("key", ttl=HOUR)).count(True) == 1


def test_a_claim_ends_after_its_time(one_time):
    assert one_time.store.claim("key", ttl=SECOND)
    won = []

    def claim_again():
        won.append(one_time.store.claim("key", ttl=HOUR))
        return won[-1]

    one_time.let_a_second_pass(claim_again)
    claim_again()

    assert won.count(True) == 1
