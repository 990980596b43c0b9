"""Values that are loaded again when they are too old."""

from datetime import UTC, datetime, timedelta

import pytest

from idp.domain.errors import Unavailable
from idp.domain.freshness import Fresh, is_fresh


def test_a_value_is_loaded_again_after_a_second(clock):
    loads = iter(range(10))
    fresh = Fresh(lambda: next(loads), clock)

    seen = [fresh.get(), fresh.get()]
    clock.advance(timedelta(seconds=1))
    seen.append(fresh.get())

    assert seen == [0, 0, 1]


def test_the_last_value_stays_while_loading_fails(clock):
    answers = iter([1, Unavailable("down"), 2])

    def load():
        answer = next(answers)
        if isinstance(answer, Unavailable):
            raise answer
        return answer

    fresh = Fresh(load, clock)
    seen = []
    for _ in range(3):
        seen.append(fresh.get())
        clock.advance(timedelta(seconds=5))

    assert seen == [1, 1, 2]


def test_without_any_value_the_outage_is_told(clock):
    def load():
        raise Unavailable("down")

    with pytest.raises(Unavailable):
        Fresh(load, clock).get()


def test_a_value_loaded_before_the_clock_was_set_back_does_not_count():
    then = datetime(2026, 11, 22, 12, tzinfo=UTC)

    assert is_fresh(then, then)
    assert not is_fresh(then, then - timedelta(hours=1))
