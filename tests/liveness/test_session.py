"""Sessions on drawn heads: what a person is told, what is decided, and what bad input does."""

from dataclasses import replace

import numpy as np
import pytest

from liveness.challenge import Action, Challenge
from liveness.errors import BadFrame, BadTime, SessionOver
from liveness.finding import Outcome, Verdict
from liveness.guidance import Code
from liveness.match import Template
from liveness.observation import Box
from liveness.session import Session
from tests.liveness.faces import jpeg, policy
from tests.liveness.heads import GOOD, HEIGHT, REST, WIDTH, Head
from tests.liveness.test_progress import DOING

ACTIONS = (Action.BLINK, Action.TURN_LEFT, Action.OPEN_MOUTH)
MODEL = "ab" * 32
STEP = 0.1
NOT_CLOSE: dict[str, object] = {"texture": None, "identity": None, "template": None, "cues": {}}


class Drawn:
    """Stands where the models are: says what a drawn head would look like to them."""

    hashes = {"template": MODEL}  # noqa: RUF012 - as an observer has it
    missing: frozenset[str] = frozenset()

    def __init__(self):
        self.head, self.who, self.changes, self.asked = REST, 0, {}, []
        self.faces: list[object] = []

    def observe(self, _, *, index, at, full, template, **_rest):
        self.asked.append((full, template))
        close: dict[str, object] = (
            {"identity": np.eye(1, 512, self.who, dtype=np.float32)[0]} if full else NOT_CLOSE
        )
        if not template:
            close |= {"template": None}
        elif full and self.faces:
            close |= {"template": self.faces.pop(0)}
        return self.head.seen(index, at, looked=full, **close | self.changes)


class Scene:
    def __init__(self, *, actions=ACTIONS, reference=None, **times):
        self.drawn, self.at, self.told = Drawn(), 0.0, []
        self.frames = iter(range(10**9))
        challenge = Challenge(nonce="n", actions=actions, **times)
        self.session = Session(challenge, self.drawn, policy(), reference=reference)

    def play(self, *heads, **changes):
        for head in heads:
            self.drawn.head, self.drawn.changes = head, changes
            self.told.append(self.session.push(FRAME, self.at))
            self.at = round(self.at + STEP, 3)
        return self.told[-1] if self.told else None

    def step_in(self, *heads):
        """Let somebody else play *heads*."""
        self.drawn.who = 1
        self.play(*heads)
        self.drawn.who = 0

    def answer_all(self):
        self.play(*[REST] * 6)
        for action in ACTIONS:
            self.play(*[REST] * 4, *[DOING[action]] * 4, *[REST] * 3)
        return self


def frame(shade: int = 90) -> bytes:
    return jpeg(np.full((HEIGHT, WIDTH, 3), shade, np.uint8))


FRAME = frame()


def unit(place=0):
    return np.eye(1, 128, place, dtype=np.float32)[0]


def test_a_person_who_does_what_is_asked_passes():
    scene = Scene().answer_all()
    decision = scene.session.decide()

    assert {each.verdict for each in decision.findings} == {Verdict.PASS}
    assert decision.outcome is Outcome.PASS
    assert decision.policy == policy().sha256
    assert decision.models == {"template": MODEL}
    assert scene.session.is_over


def test_the_portrait_is_one_of_the_looks_that_are_compared_with_each_other():
    scene = Scene()
    session = Session(scene.session._challenge, scene.drawn, policy(), portrait=True)  # noqa: SLF001
    pictures = [jpeg(np.full((HEIGHT, WIDTH, 3), 60 + n, np.uint8)) for n in range(40)]
    # Each is sharper than the one before: the last would be taken, whoever is on it.
    for n, picture in enumerate(pictures):
        scene.drawn.changes = {"quality": replace(GOOD, sharpness=100.0 + n)}
        session.push(picture, n * STEP)

    looked = [n for n, (full, _) in enumerate(scene.drawn.asked) if full]
    assert 1 < len(looked) < len(pictures)
    assert not scene.drawn.asked[-1][0]
    assert session.portrait == pictures[looked[-1]]


def test_without_being_asked_no_portrait_is_kept():
    assert Scene().answer_all().session.portrait is None


def test_a_person_is_told_one_thing_at_a_time_and_how_far_it_is():
    scene = Scene()
    straight = scene.play(Head(yaw=30.0))
    still = scene.play(REST)
    first = scene.play(*[REST] * 4)
    second = scene.play(*[REST] * 3, DOING[Action.BLINK], REST)

    assert (straight.code, still.code) == (Code.LOOK_STRAIGHT, Code.HOLD_STILL)
    assert (first.code, first.action, first.progress) == (Code.ACT, Action.BLINK, 0.0)
    assert (second.action, round(second.progress, 2)) == (Action.TURN_LEFT, 0.33)
    assert 0 < second.seconds_left <= 6.0
    assert Scene().answer_all().told[-1].code is Code.DONE


def test_nobody_two_people_and_somebody_at_the_edge_are_told_so():
    edge = (Box(0, 0, 90, 90),)
    assert Scene().play(REST, landmarks=None, pose=None, faces=()).code is Code.NO_FACE
    assert Scene().play(REST, faces=(Box(0, 0, 90, 90), Box(200, 0, 90, 90))).code is Code.TWO_FACES
    assert Scene().play(REST, faces=edge).code is Code.OFF_CENTRE


def test_the_next_action_is_not_told_before_the_one_before_was_seen():
    scene = Scene()
    scene.play(*[REST] * 20)

    assert {each.action for each in scene.told} <= {None, Action.BLINK}


def test_a_session_without_frames_is_inconclusive_and_every_rule_says_why():
    decision = Scene().session.decide()

    assert decision.outcome is not Outcome.PASS
    assert [each.rule for each in decision.findings] == [each.rule.name for each in policy().clauses]
    assert all(each.reason for each in decision.findings)


def test_the_reference_decides_too():
    same = Scene(reference=Template(MODEL, unit())).answer_all().session.decide()
    other = Scene(reference=Template(MODEL, unit(5))).answer_all().session.decide()
    strange = Scene(reference=Template("cd" * 32, unit())).answer_all().session.decide()

    assert same.outcome is Outcome.PASS
    assert (other.outcome, other.findings[-1].reason) == (Outcome.FAIL, "other_person")
    assert (strange.outcome, strange.findings[-1].reason) == (Outcome.INCONCLUSIVE, "other_model")


def test_no_look_of_somebody_else_is_carried_by_the_others():
    scene = Scene(reference=Template(MODEL, unit()))
    scene.drawn.faces = [unit(), unit(), unit(1)]

    decision = scene.answer_all().session.decide()

    assert (decision.outcome, decision.findings[-1].reason) == (Outcome.FAIL, "other_person")


def test_looks_for_matching_come_from_different_steps():
    scene = Scene()
    scene.play(*[REST] * 40)

    with_template = [each for each in scene.session.track.observations if each.template is not None]
    assert 1 <= len(with_template) <= 2


def test_times_among_frames_that_are_passed_over_go_forward_too():
    scene = Scene()
    scene.session.push(FRAME, 0.5)
    scene.session.push(FRAME, 0.53)

    with pytest.raises(BadTime):
        scene.session.push(FRAME, 0.52)


def test_the_heavy_models_run_on_few_frames_and_the_one_for_matching_on_three():
    scene = Scene().answer_all()
    looks = [template for full, template in scene.drawn.asked if full]

    assert 4 <= len(looks) <= 8
    assert sum(looks) == 3
    assert len(scene.drawn.asked) > 30


def test_nobody_can_slip_in_after_the_usual_looks():
    scene = Scene(seconds_per_action=60.0)
    scene.play(*[REST] * 150)
    before = sum(full for full, _ in scene.drawn.asked)
    scene.drawn.asked.clear()
    scene.play(*[REST] * 40)

    assert before >= policy().limits.looks
    assert sum(full for full, _ in scene.drawn.asked) >= 1


def test_ten_thousand_frames_are_too_many_and_cost_nothing_after_the_end():
    scene = Scene().answer_all()
    looked = len(scene.drawn.asked)

    with pytest.raises(SessionOver):
        scene.play(*[REST] * 10_000)

    assert len(scene.drawn.asked) == looked
    assert scene.session.decide().frames == policy().limits.frames
    assert scene.session.decide().outcome is Outcome.PASS


def test_sixty_frames_a_second_are_looked_at_ten_times_a_second():
    scene = Scene(actions=(Action.TURN_LEFT, Action.BLINK, Action.NOD))
    for n in range(60):
        scene.session.push(FRAME, n / 60)

    assert 9 <= len(scene.drawn.asked) <= 11


def test_the_longest_challenge_at_sixty_frames_a_second_runs_to_its_end():
    five = Challenge(nonce="n", actions=(*ACTIONS, Action.TURN_RIGHT, Action.NOD))
    session = Session(five, Drawn(), policy())
    told = [session.push(FRAME, n / 60) for n in range(int(five.longest * 60))]

    assert told[-1].code is Code.OVER
    assert session.decide().outcome is not Outcome.PASS


def test_one_frame_a_second_is_too_slow_to_judge_by():
    scene = Scene()
    for n in range(14):
        scene.session.push(FRAME, float(n))
    decision = scene.session.decide()

    assert decision.outcome is not Outcome.PASS
    assert {each.rule: each.reason for each in decision.findings}["timing"] == "too_slow"


@pytest.mark.parametrize("at", [-1.0, 0.5, 0.2, float("nan"), float("inf")])
def test_times_that_go_back_or_are_none_are_refused(at):
    scene = Scene()
    scene.session.push(FRAME, 0.5)

    with pytest.raises(BadTime):
        scene.session.push(FRAME, at)

    assert scene.session.push(FRAME, 0.7).code is Code.HOLD_STILL


def test_what_is_to_be_done_is_told_also_to_whom_it_is_too_dark():
    scene = Scene()
    asked = scene.play(*[REST] * 5)

    dark = scene.play(REST, landmarks=None, pose=None, faces=())

    assert (asked.code, dark.code) == (Code.ACT, Code.NO_FACE)
    assert dark.action is asked.action is Action.BLINK


def test_a_decision_names_the_challenge_that_was_answered():
    assert Scene().answer_all().session.decide().nonce == "n"


def test_a_frame_that_is_none_changes_nothing():
    scene = Scene()
    scene.play(*[REST] * 3)
    before = len(scene.session.track.observations)

    with pytest.raises(BadFrame):
        scene.session.push(b"no frame", 5.0)

    assert len(scene.session.track.observations) == before
    assert scene.play(REST).code is Code.HOLD_STILL


def test_no_frame_is_kept():
    scene = Scene().answer_all()
    kept = repr(scene.session.track) + repr(scene.session.decide())

    assert FRAME[:40].hex() not in kept.encode().hex()
    assert max(each.thumbnail.size for each in scene.session.track.observations) == 32 * 24


def test_who_waits_until_the_looks_are_spent_and_then_steps_in_is_seen():
    scene = Scene()
    scene.play(*[Head(yaw=4.0), Head(yaw=-4.0)] * 60)
    for action in ACTIONS:
        scene.step_in(*[REST] * 4, *[DOING[action]] * 4, *[REST] * 3)
    decision = scene.session.decide()

    assert scene.session.is_over
    assert verdicts(decision)["continuity"] == (Verdict.FAIL, "face_changed")
    assert decision.outcome is Outcome.FAIL


@pytest.mark.parametrize("stood_in_for", ACTIONS)
def test_who_steps_in_for_one_action_alone_is_seen(stood_in_for):
    scene = Scene()
    scene.play(*[REST] * 6)
    for action in ACTIONS:
        scene.play(*[REST] * 4)
        if action is stood_in_for:
            # Eyes that close have blinked when they open.
            scene.step_in(*[DOING[action]] * 4, *[REST] * (action is Action.BLINK))
        else:
            scene.play(*[DOING[action]] * 4)
        scene.play(*[REST] * 3)

    assert verdicts(scene.session.decide())["continuity"] == (Verdict.FAIL, "face_changed")


def test_a_frame_that_is_looked_at_twice_is_one_observation():
    scene = Scene().answer_all()
    observations = scene.session.track.observations

    assert [each.index for each in observations] == list(range(len(observations)))
    assert len({each.at for each in observations}) == len(observations)
    assert len(scene.drawn.asked) > len(observations)


def verdicts(decision):
    return {each.rule: (each.verdict, each.reason) for each in decision.findings}


@pytest.mark.parametrize(
    ("model", "rule"),
    [("blendshapes", "actions"), ("identity", "continuity"), ("texture", "texture"), ("template", "match")],
)
def test_without_a_model_nobody_is_passed_or_taken_for_an_attacker(model, rule):
    scene = Scene(reference=Template(MODEL, unit()))
    scene.drawn.missing = frozenset({model})
    decision = scene.answer_all().session.decide()

    assert decision.outcome is Outcome.INCONCLUSIVE
    assert {each.rule for each in decision.findings if each.reason == "model_missing"} == {rule}
    assert verdicts(decision)[rule] == (Verdict.ABSTAIN, "model_missing")


def test_without_sight_every_rule_but_those_on_times_and_bytes_says_so():
    scene = Scene()
    scene.drawn.missing = frozenset({"detector"})
    scene.play(*[REST] * 20, landmarks=None, pose=None, faces=())
    decision = scene.session.decide()
    others = {each.rule for each in decision.findings if each.reason != "model_missing"}

    assert others == {"timing", "replay"}
    assert decision.outcome is Outcome.INCONCLUSIVE
