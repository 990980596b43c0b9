"""ExpiringStore, in process and on Redis."""

from datetime import timedelta

import pytest

from tests.contract.conftest import race

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
TEXTS = ["", "plain", "𬱖䶮 阿卜杜拉·买买提", "\x00\n\x7f", "x" * 100_000]


@pytest.fixture
def store(expiring):
    return expiring.store


@pytest.mark.parametrize("text", TEXTS, ids=["empty", "plain", "rare", "control", "long"])
def test_a_value_comes_back_as_it_was(store, text):
    store.put("key", text, ttl=HOUR)

    assert store.get("key") == text


@pytest.mark.parametrize("key", ["", "a:b", "{tag}", "键", "a b\n"])
def test_any_text_is_a_key(store, key):
    store.put(key, "value", ttl=HOUR)

    assert store.get(key) == "value"
    assert store.delete(key)


def test_what_was_never_put_is_absent(store):
    assert store.get("key") is None
    assert not store.delete("key")
    assert not store.replace("key", old="", new="value")
    assert store.get("key") is None


def test_a_later_value_takes_the_place_of_an_older_one(store):
    store.put("key", "old", ttl=HOUR)
    store.put("key", "new", ttl=HOUR)

    assert store.get("key") == "new"


def test_a_value_is_gone_after_its_time(expiring):
    expiring.store.put("key", "value", ttl=SECOND)

    expiring.let_a_second_pass(lambda: expiring.store.get("key") is None)

    assert expiring.store.get("key") is None
    assert not expiring.store.replace("key", old="value", new="other")
    assert not expiring.store.delete("key")


def test_a_newer_value_outlives_the_time_of_the_older_one(expiring):
    expiring.store.put("other", "value", ttl=SECOND)
    expiring.store.put("key", "old", ttl=SECOND)
    expiring.store.put("key", "new", ttl=HOUR)

    expiring.let_a_second_pass(lambda: expiring.store.get("other") is None)
    expiring.store.put("another", "value", ttl=SECOND)

    assert expiring.store.get("key") == "new"


def test_a_time_of_nothing_is_over_at_once(expiring):
    expiring.store.put("key", "value", ttl=timedelta(0))

    expiring.let_a_second_pass(lambda: expiring.store.get("key") is None)

    assert expiring.store.get("key") is None


def test_replacing_needs_the_old_value(store):
    store.put("key", "old", ttl=HOUR)

    assert not store.replace("key", old="other", new="new")
    assert store.replace("key", old="old", new="new")
    assert not store.replace("key", old="old", new="newer")
    assert store.get("key") == "new"


def test_replacing_keeps_the_time(expiring):
    expiring.store.put("key", "old", ttl=SECOND)

    assert expiring.store.replace("key", old="old", new="new")
    expiring.let_a_second_pass(lambda: expiring.store.get("key") is None)

    assert expiring.store.get("key") is None


def test_a_value_is_given_more_time(expiring):
    expiring.store.put("other", "value", ttl=SECOND)
    expiring.store.put("key", "value", ttl=SECOND)

    assert expiring.store.extend("key", ttl=HOUR)
    expiring.let_a_second_pass(lambda: expiring.store.get("other") is None)

    assert expiring.store.get("key") == "value"


def test_what_is_gone_gets_no_more_time(store):
    assert not store.extend("key", ttl=HOUR)
    assert store.get("key") is None


def test_racing_to_delete_has_one_winner(store):
    store.put("key", "value", ttl=HOUR)

    assert race(lambda: store.delete("key")).count(True) == 1


def test_racing_to_replace_has_one_winner(store):
    store.put("key", "old", ttl=HOUR)

    assert race(lambda: store.replace("key", old="old", new="new")).count(True) == 1
