"""Challenges of an evaluation: drawn like those of a service, but from a seed."""

from collections.abc import Iterable
from itertools import pairwise

from liveness.evaluate.stage import Generator

TURN_LEFT, TURN_RIGHT, NOD, BLINK, OPEN_MOUTH = "turn_left", "turn_right", "nod", "blink", "open_mouth"
ACTIONS = (TURN_LEFT, TURN_RIGHT, NOD, BLINK, OPEN_MOUTH)
TURNS = frozenset({TURN_LEFT, TURN_RIGHT})


def draw_actions(rng: Generator, actions: Iterable[str] = ACTIONS) -> tuple[str, ...]:
    """Draw three or four of *actions* in order: a turn among them, none twice in a row."""
    choice = sorted(set(actions))
    if len(choice) < 2 or not TURNS & set(choice):
        raise ValueError("A challenge needs two actions to choose from, one of them a turn.")
    length = int(rng.integers(3, 5))
    while True:
        drawn = tuple(choice[int(rng.integers(len(choice)))] for _ in range(length))
        repeated = any(one == other for one, other in pairwise(drawn))
        if TURNS & set(drawn) and not repeated:
            return drawn
