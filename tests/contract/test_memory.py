"""The stores in process do not grow without bounds."""

import tracemalloc
from datetime import timedelta

import pytest

from idp.domain.errors import Unavailable
from idp.storage.ephemeral.memory import MemoryExpiringStore, MemoryOneTimeStore

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize("kind", [MemoryExpiringStore, MemoryOneTimeStore])
def test_what_has_expired_is_thrown_out(kind, clock):
    store = kind(clock)
    for number in range(1000):
        store.put(f"key {number}", "value", ttl=SECOND)
    store.put("living", "value", ttl=HOUR)

    clock.advance(SECOND)
    store.put("new", "value", ttl=SECOND)

    assert len(store) == 2


@pytest.mark.parametrize("kind", [MemoryExpiringStore, MemoryOneTimeStore])
def test_a_full_store_says_so_until_something_expires(kind, clock):
    store = kind(clock, limit=2)
    store.put("first", "value", ttl=SECOND)
    store.put("second", "value", ttl=HOUR)

    with pytest.raises(Unavailable):
        store.put("third", "value", ttl=HOUR)
    store.put("second", "another", ttl=HOUR)
    clock.advance(SECOND)
    store.put("third", "value", ttl=HOUR)

    assert len(store) == 2


def test_a_full_store_refuses_claims(clock):
    store = MemoryOneTimeStore(clock, limit=1)

    assert store.claim("first", ttl=HOUR)
    assert not store.claim("first", ttl=HOUR)
    with pytest.raises(Unavailable):
        store.claim("second", ttl=HOUR)


def test_putting_one_key_again_and_again_takes_no_more_room(clock):
    store = MemoryExpiringStore(clock)
    tracemalloc.start()

    for _ in range(20_000):
        store.put("key", "value", ttl=HOUR)
        clock.advance(timedelta(milliseconds=1))
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert used < 1_000_000
