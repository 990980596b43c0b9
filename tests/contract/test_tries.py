"""Counting tries, in process and on Redis."""

import pytest

from idp.adapters.throttle import WindowThrottle, open_tries


@pytest.fixture(params=["memory", "redis"])
def throttle(request):
    url = "memory:" if request.param == "memory" else request.getfixturevalue("redis_url")
    return WindowThrottle(open_tries(url), name="face", limit="3 per hour")


def test_a_try_that_was_none_is_given_back(throttle):
    left = [throttle.hit("person").remaining for _ in range(3)]
    assert left == [2, 1, 0]

    throttle.give_back("person")

    assert throttle.peek("person").remaining == 1
    assert throttle.hit("person").allowed
    assert not throttle.hit("person").allowed


def test_what_is_given_back_to_one_is_not_given_to_another(throttle):
    for key in ("one", "other"):
        throttle.hit(key)

    throttle.give_back("one")

    assert throttle.peek("one").remaining == 3
    assert throttle.peek("other").remaining == 2
