"""What a person is asked to do in front of the camera: drawn at random, in an order that nobody can know."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from math import isfinite
from typing import Final, Self

from liveness.errors import LivenessError

VERSION: Final = 1
MIN_ACTIONS, MAX_ACTIONS = 3, 5
#: The best of all fixed films answers 5 of the 56 orders of three actions, and 8 of the 272 of four.
ACTIONS = 4
NONCE_BYTES = 16


class Action(StrEnum):
    """Left and right are the person's own."""

    TURN_LEFT = "turn_left"
    TURN_RIGHT = "turn_right"
    NOD = "nod"
    BLINK = "blink"
    OPEN_MOUTH = "open_mouth"

    @property
    def is_turn(self) -> bool:
        """Say whether it shows the face from the side."""
        return self in TURNS


#: A flat thing cannot turn, and a stiff one has no expression: a challenge asks for both.
TURNS: Final = frozenset({Action.TURN_LEFT, Action.TURN_RIGHT})
EXPRESSIONS: Final = frozenset({Action.BLINK, Action.OPEN_MOUTH})


class Colour(StrEnum):
    """What the screen may shine in, where a sequence of colours is asked for."""

    RED = "red"
    GREEN = "green"
    BLUE = "blue"
    WHITE = "white"


class BadChallenge(LivenessError):
    """A challenge that was read cannot be one that was drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """Actions in their order. Whoever draws it keeps it, uses it once, and shows one action at a time.

    *seconds_per_action* is how long each may take, *settle_seconds* how long the person may take to
    look straight at first. No answer is faster than *reaction_seconds*. The clock stands while nothing can be
    seen, *grace_seconds* in all.
    """

    nonce: str
    actions: tuple[Action, ...]
    seconds_per_action: float = 6.0
    settle_seconds: float = 15.0
    reaction_seconds: float = 0.2
    grace_seconds: float = 10.0
    colours: tuple[Colour, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what was never drawn."""
        if not MIN_ACTIONS <= len(self.actions) <= MAX_ACTIONS or not _is_fair(self.actions):
            raise BadChallenge("Three to five actions, none twice in a row, with a turn and an expression.")
        times = (self.reaction_seconds, self.seconds_per_action, self.settle_seconds, self.grace_seconds)
        if not (all(map(isfinite, times)) and 0 < times[0] < times[1] and times[2] > 0 <= times[3]):
            raise BadChallenge("The times of a challenge are positive seconds.")

    @classmethod
    def draw(cls, *, actions: int = ACTIONS, colours: int = 0, seconds_per_action: float = 6.0) -> Self:
        """Return a new challenge of so many *actions*, all fair ones equally likely."""
        if not MIN_ACTIONS <= actions <= MAX_ACTIONS:
            raise BadChallenge("A challenge has three to five actions.")
        while True:
            drawn = tuple(secrets.choice(list(Action)) for _ in range(actions))
            if _is_fair(drawn):
                break
        return cls(
            nonce=secrets.token_urlsafe(NONCE_BYTES),
            actions=drawn,
            seconds_per_action=seconds_per_action,
            colours=tuple(secrets.choice(list(Colour)) for _ in range(colours)),
        )

    @property
    def longest(self) -> float:
        """Seconds after which every session of it is over."""
        return self.settle_seconds + self.seconds_per_action * len(self.actions) + self.grace_seconds

    def to_json(self) -> str:
        """Return it as a JSON text."""
        return json.dumps(
            {
                "version": VERSION,
                "nonce": self.nonce,
                "actions": self.actions,
                "seconds_per_action": self.seconds_per_action,
                "settle_seconds": self.settle_seconds,
                "reaction_seconds": self.reaction_seconds,
                "grace_seconds": self.grace_seconds,
                "colours": self.colours,
            }
        )

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return what :meth:`to_json` wrote, or raise BadChallenge."""
        try:
            read = json.loads(text)
            if read.pop("version") != VERSION:
                raise BadChallenge("The challenge is of another version.")
            return cls(
                nonce=str(read["nonce"]),
                actions=tuple(Action(each) for each in read["actions"]),
                seconds_per_action=float(read["seconds_per_action"]),
                settle_seconds=float(read["settle_seconds"]),
                reaction_seconds=float(read["reaction_seconds"]),
                grace_seconds=float(read["grace_seconds"]),
                colours=tuple(Colour(each) for each in read["colours"]),
            )
        except (AttributeError, KeyError, OverflowError, RecursionError, TypeError, ValueError):
            raise BadChallenge("This is no challenge.") from None


def _is_fair(actions: Sequence[Action]) -> bool:
    asked = set(actions)
    repeats = any(one is next_ for one, next_ in pairwise(actions))
    return not repeats and bool(TURNS & asked) and bool(EXPRESSIONS & asked)
