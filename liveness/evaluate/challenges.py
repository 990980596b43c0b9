"""Challenges of an evaluation: drawn like those of a service, but from a seed."""

from collections.abc import Iterable
from itertools import pairwise

from liveness.evaluate.stage import Generator

TURN_LEFT, TURN_RIGHT, NOD, BLINK, OPEN_MOUTH = "turn_left", "turn_right", "nod", "blink", "open_mouth"
ACTIONS = (TURN_LEFT, TURN_RIGHT, NOD, BLINK, OPEN_MOUTH)
TURNS = frozenset({TURN_LEFT, TURN_RIGHT})
EXPRESSIONS = frozenset({BLINK, OPEN_MOUTH})


def draw_actions(rng: Generator, actions: Iterable[str] = ACTIONS) -> tuple[str, ...]:
    """Draw three or four of *actions* in order: a turn and an expression, none twice in a row."""
    choice = sorted(set(actions))
    if not can_ask(choice):
        raise ValueError("A challenge needs a turn and an expression to choose from.")
    length = int(rng.integers(3, 5))
    while True:
        drawn = tuple(choice[int(rng.integers(len(choice)))] for _ in range(length))
        repeated = any(one == other for one, other in pairwise(drawn))
        if can_ask(drawn) and not repeated:
            return drawn


def can_ask(actions: Iterable[str]) -> bool:
    """Tell whether a turn and an expression are among *actions*."""
    each = set(actions)
    return bool(TURNS & each) and bool(EXPRESSIONS & each)
