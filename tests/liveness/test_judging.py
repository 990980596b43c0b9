"""What a worker does with a whole session."""

from dataclasses import dataclass, field

import numpy as np

from liveness.challenge import Action, Challenge
from liveness.finding import Outcome
from liveness.judging import SessionJudge
from tests.liveness.faces import jpeg, policy
from tests.liveness.heads import HEIGHT, WIDTH

CHALLENGE = Challenge(nonce="n", actions=(Action.BLINK, Action.TURN_LEFT, Action.NOD))
FRAME = jpeg(np.full((HEIGHT, WIDTH, 3), 90, np.uint8))


@dataclass
class Counting:
    """An observer that sees nothing, and counts."""

    seen: list[float] = field(default_factory=list)
    hashes: dict[str, str] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()

    def observe(self, _, *, at, **_rest):
        self.seen.append(at)
        raise AssertionError("A frame was looked at.")


def test_broken_frames_and_times_that_go_back_are_as_if_they_had_been_lost():
    judge = SessionJudge(Counting(), policy())

    decision = judge(CHALLENGE, [(b"none", 0.1), (FRAME, -1.0), (FRAME[:40], 0.2), (b"", 0.3)], None)

    assert decision.outcome is Outcome.INCONCLUSIVE
    assert (decision.nonce, decision.frames) == ("n", 3)


def test_a_session_without_frames_is_decided_too():
    assert SessionJudge(Counting(), policy())(CHALLENGE, [], None).outcome is Outcome.INCONCLUSIVE
