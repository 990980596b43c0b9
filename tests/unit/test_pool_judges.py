"""The pool's words and errors, as the provider knows them."""

from dataclasses import dataclass

import numpy as np
import pytest

from idp.adapters.faces import PoolJudges
from idp.domain.faces import Busy, Guidance, NotJudged, Outcome
from liveness.challenge import Action, Challenge
from liveness.errors import Busy as PoolBusy
from liveness.errors import LivenessError
from liveness.errors import NotJudged as PoolNotJudged
from liveness.finding import Decision, Finding, Verdict
from liveness.finding import Outcome as PoolOutcome
from liveness.guidance import Code
from liveness.guidance import Guidance as Said
from liveness.match import Template

TEMPLATE = Template("ab" * 32, np.ones(4, np.float32))


@dataclass(frozen=True)
class Decided:
    """What a pool says in the end."""

    decision: Decision
    template: Template | None
    portrait: bytes | None


class Pool:
    """Notes what it is asked, or raises *error*."""

    def __init__(self, error=None):
        self.error = error
        self.asked = []

    def _note(self, *asked):
        if self.error:
            raise self.error
        self.asked.append(asked)

    def open(self, challenge, *, reference=None, portrait=False):
        self._note(challenge, reference, portrait)
        return "seat"

    def push(self, seat, frames):
        self._note(seat, frames)
        return Said(Code.ACT, Action.BLINK, 0.25, 4.5)

    def decide(self, seat):
        self._note(seat)
        finding = Finding("texture", Verdict.FAIL, "screen", {"mean": 0.1})
        decision = Decision(PoolOutcome.FAIL, (finding,), "nonce", "policy", {"texture": "sha"}, 40, 8.5)
        return Decided(decision, TEMPLATE, b"portrait")

    def leave(self, seat):
        self.asked.append((seat,))


def test_without_a_reference_a_portrait_is_asked_for():
    pool = Pool()

    assert PoolJudges(pool).open(seconds_per_action=20.0, reference=None) == "seat"

    [(challenge, reference, portrait)] = pool.asked
    assert isinstance(challenge, Challenge)
    assert (challenge.seconds_per_action, reference, portrait) == (20.0, None, True)


def test_with_a_reference_there_is_no_portrait():
    pool = Pool()

    PoolJudges(pool).open(seconds_per_action=6.0, reference=TEMPLATE.to_bytes())

    [(_, reference, portrait)] = pool.asked
    assert (reference.to_bytes(), portrait) == (TEMPLATE.to_bytes(), False)


def test_no_two_challenges_are_the_same():
    pool = Pool()
    for _ in range(20):
        PoolJudges(pool).open(seconds_per_action=6.0, reference=None)

    assert len({challenge.nonce for challenge, _, _ in pool.asked}) == 20


def test_what_it_says_is_said_in_our_words():
    judges = PoolJudges(Pool())

    assert judges.push("seat", [(b"jpeg", 0.5)]) == Guidance(
        code="act", action="blink", progress=0.25, seconds_left=4.5
    )
    judged = judges.decide("seat")
    assert (judged.outcome, judged.findings) == (Outcome.FAIL, ("texture:fail:screen",))
    assert (judged.template, judged.portrait) == (TEMPLATE.to_bytes(), b"portrait")
    assert "portrait" not in repr(judged)


def test_a_pool_that_is_full_is_busy():
    with pytest.raises(Busy):
        PoolJudges(Pool(PoolBusy("full"))).open(seconds_per_action=6.0, reference=None)


@pytest.mark.parametrize("error", [PoolNotJudged("closed"), LivenessError("anything")])
def test_any_other_error_of_the_library_judges_nothing(error):
    judges = PoolJudges(Pool(error))

    for ask in (
        lambda: judges.open(seconds_per_action=6.0, reference=None),
        lambda: judges.push("seat", []),
        lambda: judges.decide("seat"),
    ):
        with pytest.raises(NotJudged):
            ask()


def test_a_reference_that_is_none_judges_nothing():
    with pytest.raises(NotJudged):
        PoolJudges(Pool()).open(seconds_per_action=6.0, reference=b"broken")
