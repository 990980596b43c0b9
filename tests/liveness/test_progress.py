"""Following the actions: each from rest, after it was asked for, and nothing else before it."""

from contextlib import suppress
from dataclasses import replace
from itertools import product

import pytest

from liveness.challenge import Action, BadChallenge, Challenge
from liveness.progress import NEUTRAL_FRAMES, Progress
from liveness.track import Track
from tests.liveness.heads import REST, Head

STEP = 0.1
DOING = {
    Action.TURN_LEFT: Head(yaw=25.0),
    Action.TURN_RIGHT: Head(yaw=-25.0),
    Action.NOD: Head(pitch=14.0),
    Action.BLINK: Head(blink=0.7),
    Action.OPEN_MOUTH: Head(mouth=0.6),
}
ACTIONS = (Action.BLINK, Action.TURN_LEFT, Action.OPEN_MOUTH)


class Stage:
    """Plays heads before a challenge, ten frames a second."""

    def __init__(self, actions=ACTIONS, **times):
        self.track = Track()
        self.progress = Progress(Challenge(nonce="n", actions=actions, **times))
        self.at = 0.0

    def play(self, *heads, usable=True):
        for head in heads:
            seen = head.seen(len(self.track.observations), self.at)
            self.track.observations.append(seen)
            self.progress.follow(self.track, seen, is_usable=usable)
            self.at = round(self.at + STEP, 3)
        return self

    def settle(self):
        return self.play(*[REST] * NEUTRAL_FRAMES)

    def answer(self, action):
        return self.play(*[REST] * 4, *[DOING[action]] * 3, *[REST] * 3)

    @property
    def done(self):
        return [step.action for step in self.track.steps if step.done_at is not None]


@pytest.mark.parametrize("first", list(Action))
def test_every_action_is_seen(first):
    rest = next(each for each in (Action.BLINK, Action.OPEN_MOUTH) if each is not first)
    turn = Action.TURN_RIGHT if first is not Action.TURN_RIGHT else Action.TURN_LEFT
    stage = Stage((first, rest, turn)).settle()

    for action in (first, rest, turn):
        stage.answer(action)

    assert stage.done == [first, rest, turn]
    assert stage.progress.is_over


def test_nothing_is_asked_before_the_face_is_at_rest():
    stage = Stage().play(*[Head(yaw=20.0)] * 10, *[Head(mouth=0.6)] * 10, *[Head(blink=0.6)] * 10)

    assert stage.track.steps == []
    assert stage.settle().track.steps[0].action is Action.BLINK


def test_a_face_that_moves_is_not_at_rest():
    assert Stage().play(*[Head(yaw=yaw) for yaw in (-6, 6) * 10]).track.steps == []


def test_the_wrong_turn_ends_the_session():
    stage = Stage((Action.TURN_LEFT, Action.BLINK, Action.NOD)).settle().answer(Action.TURN_RIGHT)

    assert stage.track.steps[0].wrong is Action.TURN_RIGHT
    assert stage.progress.is_over
    assert stage.done == []


def test_a_blink_is_no_wrong_answer():
    stage = Stage((Action.TURN_LEFT, Action.BLINK, Action.NOD)).settle().answer(Action.BLINK)

    assert not stage.progress.is_over
    assert stage.answer(Action.TURN_LEFT).done == [Action.TURN_LEFT]


def test_what_is_under_way_when_it_is_asked_for_is_no_answer():
    stage = Stage((Action.TURN_LEFT, Action.BLINK, Action.NOD)).settle()
    stage.play(*[DOING[Action.TURN_LEFT]] * 5)

    assert stage.done == []
    assert stage.answer(Action.TURN_LEFT).done == [Action.TURN_LEFT]


def test_eyes_that_stay_closed_have_not_blinked():
    stage = Stage().settle().play(*[REST] * 4, *[DOING[Action.BLINK]] * 10)

    assert stage.done == []
    assert stage.play(REST).done == [Action.BLINK]


def test_an_answer_faster_than_anybody_reads_is_none():
    stage = Stage((Action.TURN_LEFT, Action.BLINK, Action.NOD), reaction_seconds=0.5).settle()
    stage.play(REST, DOING[Action.TURN_LEFT], DOING[Action.TURN_LEFT])

    assert stage.done == []


def test_a_turn_that_is_over_at_once_is_seen_on_the_way_back():
    quick = [REST, Head(yaw=7.0), Head(yaw=19.0), Head(yaw=12.0), REST]
    stage = Stage((Action.TURN_LEFT, Action.BLINK, Action.NOD)).settle().play(*quick)

    assert stage.done == [Action.TURN_LEFT]


def test_one_frame_from_the_side_is_no_turn_yet():
    stage = Stage((Action.TURN_LEFT, Action.BLINK, Action.NOD)).settle().play(REST, Head(yaw=19.0), REST)

    assert stage.done == []
    assert stage.answer(Action.TURN_LEFT).done == [Action.TURN_LEFT]


@pytest.mark.parametrize("own", [Head(blink=0.45), Head(mouth=0.4)])
def test_narrow_eyes_and_open_lips_are_at_rest_as_they_are(own):
    stage = Stage((Action.BLINK, Action.TURN_LEFT, Action.OPEN_MOUTH)).play(*[own] * NEUTRAL_FRAMES)
    closed, open_ = replace(own, blink=own.blink + 0.4), replace(own, mouth=own.mouth + 0.45)

    stage.play(*[own] * 3, closed, closed, *[own] * 3)
    stage.play(*[replace(own, yaw=25.0)] * 3, *[own] * 3, *[open_] * 2)

    assert stage.done == [Action.BLINK, Action.TURN_LEFT, Action.OPEN_MOUTH]


def test_nobody_settles_where_little_can_be_seen():
    stage = Stage().play(*[REST] * 20, usable=False)

    assert stage.track.steps == []
    assert len(stage.settle().track.steps) == 1


def test_the_clock_stands_while_nothing_can_be_seen_but_not_for_ever():
    stage = Stage(seconds_per_action=2.0, grace_seconds=3.0).settle().play(*[REST] * 10)

    stage.play(*[REST] * 25, usable=False)
    assert not stage.progress.is_over
    assert stage.play(*[REST] * 4).progress.seconds_left(stage.at, is_settled=True) < 1.0
    stage.play(*[REST] * 4, usable=False)
    assert not stage.progress.is_over
    assert stage.play(*[REST] * 10, usable=False).progress.is_over


def test_who_takes_too_long_is_out_of_time():
    stage = Stage(seconds_per_action=2.0).settle().play(*[REST] * 25)

    assert stage.progress.is_over
    assert stage.done == []


def test_who_never_looks_straight_is_out_of_time():
    stage = Stage(settle_seconds=3.0).play(*[Head(yaw=20.0)] * 40)

    assert stage.progress.is_over
    assert stage.track.neutral is None


def test_a_small_turn_is_not_enough():
    stage = (
        Stage((Action.TURN_LEFT, Action.BLINK, Action.NOD)).settle().play(*[REST] * 4, *[Head(yaw=12.0)] * 8)
    )

    assert stage.done == []


def test_actions_are_judged_against_the_face_s_own_rest():
    squinting, closing = Head(blink=0.3, yaw=8.0), Head(blink=0.5, yaw=8.0)
    stage = Stage().play(*[squinting] * 8, *[closing] * 3, *[squinting] * 3)

    assert stage.done == []
    assert stage.play(*[Head(blink=0.75, yaw=8.0)] * 2, squinting).done == [Action.BLINK]


SMALL = (Head(yaw=17.0), Head(yaw=-17.0), Head(pitch=13.0), Head(mouth=0.43), Head(blink=0.7))


@pytest.mark.parametrize("shown", SMALL[:4])
@pytest.mark.parametrize("asked", list(Action))
def test_what_counts_when_it_is_asked_for_is_wrong_when_it_is_not(asked, shown):
    stage = Stage(_beginning_with(asked)).settle().play(*[REST] * 4, *[shown] * 3, *[REST] * 3)

    assert (stage.done == [asked]) is not (stage.track.steps[0].wrong is not None)


def test_a_film_of_small_gestures_does_not_answer_every_challenge():
    film = [head for shown in SMALL for head in _gesture(shown)]
    stages = [Stage(actions).settle().play(*film * 6) for actions in _every_challenge()]

    # It begins with both turns and a nod: no challenge has these three, since none lacks an expression.
    assert (len(stages), _answered(stages)) == (56, 0)


def test_the_best_film_answers_five_challenges_of_fifty_six():
    blink = _gesture(DOING[Action.BLINK])
    gestures = (DOING[Action.TURN_LEFT], DOING[Action.TURN_RIGHT], DOING[Action.OPEN_MOUTH])
    film = [*blink, *(head for shown in gestures for head in (*_gesture(shown), *blink))]
    stages = [Stage(actions).settle().play(*film) for actions in _every_challenge()]

    # Left, right, mouth; and, since whoever blinks answers nothing wrong, those with blinks in between.
    assert _answered(stages) == 5


def test_a_gesture_with_closed_eyes_is_no_blink():
    stage = Stage((Action.BLINK, Action.TURN_LEFT, Action.NOD)).settle()
    stage.play(*[REST] * 4, *[Head(yaw=25.0, blink=0.9)] * 3, *[REST] * 3)

    assert stage.track.steps[0].wrong is Action.TURN_LEFT


def test_a_turn_that_dips_a_little_is_a_turn():
    stage = Stage((Action.TURN_LEFT, Action.BLINK, Action.NOD)).settle()
    stage.play(*[REST] * 4, *[Head(yaw=25.0, pitch=13.0)] * 3, *[REST] * 3)

    assert stage.done == [Action.TURN_LEFT]


def _beginning_with(asked):
    return next(each for each in _every_challenge() if each[0] is asked)


def _every_challenge():
    for actions in product(Action, repeat=3):
        with suppress(BadChallenge):
            yield Challenge(nonce="n", actions=actions).actions


def _gesture(shown):
    return (*[REST] * 4, *[shown] * 3, *[REST] * 3)


def _answered(stages):
    return sum(len(stage.done) == len(ACTIONS) for stage in stages)
