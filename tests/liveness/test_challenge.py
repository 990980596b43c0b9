"""Challenges: fair, unpredictable, and read again as they were written."""

import json
from collections import Counter
from itertools import pairwise
from math import inf, nan

import pytest

from liveness.challenge import EXPRESSIONS, TURNS, Action, BadChallenge, Challenge, Colour

PLAIN = (Action.BLINK, Action.TURN_LEFT, Action.NOD)


def test_every_challenge_has_a_turn_and_an_expression_and_no_action_twice_in_a_row():
    for _ in range(300):
        drawn = Challenge.draw(actions=4).actions
        assert TURNS & set(drawn)
        assert EXPRESSIONS & set(drawn)
        assert all(one is not next_ for one, next_ in pairwise(drawn))


def test_no_order_is_much_likelier_than_another():
    drawn = Counter(Challenge.draw(actions=3).actions for _ in range(5600))

    # 56 orders of three are fair; each is expected 100 times, with a deviation of 10.
    assert len(drawn) == 56
    assert min(drawn.values()) > 50
    assert max(drawn.values()) < 160


def test_nonces_never_come_twice():
    assert len({Challenge.draw().nonce for _ in range(1000)}) == 1000


def test_a_challenge_comes_back_as_it_was():
    drawn = Challenge.draw(actions=4, colours=3)

    assert Challenge.from_json(drawn.to_json()) == drawn
    assert len(drawn.colours) == 3
    assert isinstance(drawn.colours[0], Colour)


@pytest.mark.parametrize("actions", [-1, 0, 2, 6])
def test_a_challenge_of_a_length_that_there_is_not_is_refused_and_not_looked_for(actions):
    with pytest.raises(BadChallenge):
        Challenge.draw(actions=actions)


def written(member, value):
    whole = json.loads(Challenge(nonce="n", actions=PLAIN).to_json())
    return json.dumps(whole | {member: "HERE"}).replace('"HERE"', value)


@pytest.mark.parametrize(
    "actions",
    [
        (),
        PLAIN[:2],
        (Action.BLINK, Action.OPEN_MOUTH, Action.NOD),
        (Action.TURN_LEFT, Action.NOD, Action.TURN_RIGHT),
        (Action.BLINK, Action.BLINK, Action.TURN_LEFT),
        PLAIN + PLAIN,
    ],
    ids=["none", "two", "no turn", "no expression", "twice in a row", "six"],
)
def test_an_unfair_challenge_is_none(actions):
    with pytest.raises(BadChallenge):
        Challenge(nonce="n", actions=actions)


@pytest.mark.parametrize(
    "changes",
    [
        *({"seconds_per_action": 0.0}, {"settle_seconds": -1.0}, {"reaction_seconds": 7.0}),
        *({"seconds_per_action": inf}, {"settle_seconds": inf}, {"settle_seconds": nan}),
    ],
)
def test_impossible_times_are_refused(changes):
    with pytest.raises(BadChallenge):
        Challenge(nonce="n", actions=PLAIN, **changes)


@pytest.mark.parametrize(
    "text",
    [
        *("", "null", "[]", "{}", '{"version": 2}', '{"version": 1, "actions": ["jump"]}', "[" * 100_000),
        written("seconds_per_action", "1" + "0" * 400),
        written("settle_seconds", "Infinity"),
    ],
)
def test_what_is_no_challenge_is_refused(text):
    with pytest.raises(BadChallenge):
        Challenge.from_json(text)
