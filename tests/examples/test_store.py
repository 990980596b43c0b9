"""The bounded store."""

from concurrent.futures import ThreadPoolExecutor

from examples.store import BoundedStore


def test_a_value_is_found_under_its_key_until_it_is_too_old():
    now = [0.0]
    store = BoundedStore[str](most=3, seconds=10, clock=lambda: now[0])
    key = store.put("value")

    now[0] = 9.9
    assert store.get(key) == "value"
    now[0] = 10.0
    assert store.get(key) is None


def test_only_the_newest_are_kept():
    store = BoundedStore[int](most=2, seconds=10)
    keys = [store.put(number) for number in range(3)]

    assert [store.get(key) for key in keys] == [None, 1, 2]


def test_racing_for_a_value_has_one_winner():
    store = BoundedStore[str](most=2, seconds=10)
    key = store.put("value")

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: store.take(key), range(16)))

    assert taken.count("value") == 1


def test_an_unknown_key_has_no_value():
    store = BoundedStore[str](most=2, seconds=10)

    assert store.get("") is None
    assert store.take("guess") is None
