"""Each rule alone: what it passes, what it fails, and when it has nothing to say."""

from dataclasses import replace

import numpy as np
import pytest

from liveness.challenge import Action, Challenge
from liveness.finding import Verdict
from liveness.guidance import Code
from liveness.observation import Box
from liveness.rules.actions import Actions
from liveness.rules.continuity import Continuity
from liveness.rules.depth import Depth
from liveness.rules.occlusion import Occlusion
from liveness.rules.one_face import OneFace
from liveness.rules.quality import Quality
from liveness.rules.replay import Replay
from liveness.rules.shading import Shading
from liveness.rules.sheet import Sheet
from liveness.rules.texture import Texture
from liveness.rules.timing import Timing
from liveness.track import Step, Track
from tests.liveness.heads import COLOURS, GOOD, REST, Head

CHALLENGE = Challenge(nonce="n", actions=(Action.BLINK, Action.TURN_LEFT, Action.OPEN_MOUTH))
RULES = (Quality, OneFace, Timing, Continuity, Occlusion, Actions, Depth, Shading, Sheet, Texture, Replay)
MOVING = [
    *[REST] * 8,
    Head(blink=0.7),
    *[REST] * 3,
    *[Head(yaw=25.0)] * 5,
    *[REST] * 3,
    *[Head(mouth=0.7)] * 5,
]


def track_of(heads, **changes):
    track = Track([head.seen(n, n * 0.1, **changes) for n, head in enumerate(heads)])
    if len(track.observations) >= 5:
        track.rest(track.observations[:5])
    return track


def judged(rule, track):
    finding = rule.judge(track, CHALLENGE)
    return finding.verdict, finding.reason


def done(track):
    for action, frame in zip(CHALLENGE.actions, (8, 16, 24), strict=True):
        at = track.observations[frame].at
        track.steps.append(Step(action, at - 0.7, at))
    return track


def odd(n, length=512):
    return np.eye(1, length, n, dtype=np.float32)[0]


def test_a_live_session_passes_every_rule():
    track = done(track_of(MOVING))

    for rule in RULES:
        finding = rule().judge(track, CHALLENGE)
        assert (finding.rule, finding.verdict) == (rule.name, Verdict.PASS), finding


@pytest.mark.parametrize("rule", RULES)
def test_a_session_without_frames_passes_no_rule(rule):
    assert rule().judge(Track(), CHALLENGE).verdict is not Verdict.PASS


@pytest.mark.parametrize("rule", [Continuity, Occlusion, Texture])
def test_without_its_model_or_a_close_look_a_rule_abstains(rule):
    track = track_of(MOVING, identity=None, texture=None, cues={})

    assert judged(rule(), track) == (Verdict.ABSTAIN, "too_few_looks")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"quality": replace(GOOD, sharpness=5.0)}, "too_few_frames"),
        ({"quality": replace(GOOD, brightness=0.05)}, "too_few_frames"),
        ({"quality": replace(GOOD, eye_distance=15.0)}, "too_few_frames"),
        ({"cues": COLOURS | {"chroma": 0.0}}, "no_colour"),
    ],
)
def test_poor_frames_are_not_judged_by(changes, reason):
    assert judged(Quality(), track_of(MOVING, **changes)) == (Verdict.FAIL, reason)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"eye_distance": 39.0}, Code.TOO_FAR),
        ({"brightness": 0.1}, Code.TOO_DARK),
        ({"brightness": 0.95}, Code.TOO_BRIGHT),
        ({"clipped": 0.7}, Code.TOO_BRIGHT),
        ({"sharpness": 10.0}, Code.BLURRED),
        ({}, None),
    ],
)
def test_the_person_is_told_what_is_wrong_with_the_picture(changes, code):
    assert Quality().flaw(REST.seen(0, 0.0, quality=replace(GOOD, **changes))) is code


def test_a_face_that_fills_the_frame_is_too_near():
    seen = REST.seen(0, 0.0, faces=(Box(0, 0, 600, 470),))

    assert Quality().flaw(seen) is Code.TOO_NEAR


def test_a_second_face_is_refused_and_a_poster_far_behind_is_not():
    near, far = Box(0, 0, 100, 100), Box(0, 0, 40, 40)
    first = Box(200, 100, 150, 150)

    crowd = track_of(MOVING, faces=(first, near))
    poster = track_of(MOVING, faces=(first, far))

    assert judged(OneFace(), crowd) == (Verdict.FAIL, "second_face")
    assert judged(OneFace(), poster)[0] is Verdict.PASS


def test_one_look_with_a_second_face_is_enough():
    track = track_of(MOVING)
    track.observations[9] = REST.seen(9, 0.9, faces=(Box(0, 0, 90, 90), Box(300, 0, 80, 80)))

    assert judged(OneFace(), track) == (Verdict.FAIL, "second_face")


def test_a_face_that_comes_and_goes_is_refused():
    track = track_of(MOVING)
    track.observations[5:15] = [REST.seen(n, n * 0.1, landmarks=None, faces=()) for n in range(5, 15)]

    assert judged(OneFace(), track) == (Verdict.FAIL, "face_lost")


def test_another_face_in_the_middle_is_refused():
    track = track_of(MOVING)
    track.observations[18] = REST.seen(18, 1.8, identity=odd(3))

    assert judged(Continuity(), track) == (Verdict.FAIL, "face_changed")


def test_an_action_that_nobody_looked_at_closely_says_nothing():
    track = done(track_of(MOVING))
    track.observations[16] = replace(track.observations[16], identity=None)

    assert judged(Continuity(), track) == (Verdict.ABSTAIN, "action_unseen")


def test_another_face_in_the_turn_that_was_asked_for_is_refused():
    track = done(track_of(MOVING))
    track.observations[16] = replace(track.observations[16], identity=odd(3))

    assert judged(Continuity(), track) == (Verdict.FAIL, "face_changed")


def test_faces_that_are_turned_are_not_compared():
    track = track_of(MOVING)
    track.observations[13] = Head(yaw=25.0).seen(13, 1.3, identity=odd(3))

    assert judged(Continuity(), track)[0] is Verdict.PASS


@pytest.mark.parametrize(("cue", "reason"), [("mouth", "mouth_covered"), ("eyes", "eyes_covered")])
def test_covers_are_told_apart(cue, reason):
    assert judged(Occlusion(), track_of(MOVING, cues=COLOURS | {cue: 70.0})) == (Verdict.FAIL, reason)


def test_actions_that_are_missing_wrong_or_out_of_order_pass_nobody():
    missing, wrong, swapped = (done(track_of(MOVING)) for _ in range(3))
    missing.steps.pop()
    wrong.steps[1].wrong = Action.TURN_RIGHT
    swapped.steps[0], swapped.steps[1] = swapped.steps[1], swapped.steps[0]

    assert judged(Actions(), missing) == (Verdict.ABSTAIN, "action_missing")
    assert judged(Actions(), wrong) == (Verdict.FAIL, "wrong_action")
    assert judged(Actions(), swapped) == (Verdict.ABSTAIN, "action_missing")


def test_a_flat_face_that_turns_is_refused():
    flat = [replace(each, flat=True) for each in MOVING]

    assert judged(Depth(), track_of(flat)) == (Verdict.FAIL, "flat")


def test_without_a_turn_nobody_knows_whether_it_is_flat():
    assert judged(Depth(), track_of([REST] * 20)) == (Verdict.ABSTAIN, "never_turned")


def test_a_face_that_carries_its_light_along_is_refused():
    track = track_of(MOVING)
    bent = [replace(each, skin=REST.skin() * 1.1) for each in track.observations]

    assert judged(Shading(), track) == (Verdict.PASS, "lit_anew")
    assert judged(Shading(), replace(track, observations=bent)) == (Verdict.FAIL, "light_carried_along")


def test_without_a_turn_or_rest_nobody_knows_how_it_is_lit():
    assert judged(Shading(), track_of([REST] * 20)) == (Verdict.ABSTAIN, "never_turned")
    assert judged(Shading(), Track()) == (Verdict.ABSTAIN, "never_at_rest")


def test_a_sheet_that_is_held_and_turned_is_refused():
    held = [Head(yaw=yaw, pitch=yaw / 3, flat=True) for yaw in range(-12, 13)]

    assert judged(Sheet(), track_of(held)) == (Verdict.FAIL, "one_sheet")


def test_a_face_that_only_speaks_is_no_sheet():
    speaking = [Head(mouth=0.6 * (n % 4) / 3) for n in range(30)]

    assert judged(Sheet(), track_of(speaking))[0] is Verdict.PASS


def test_a_face_that_was_still_for_long_before_it_was_asked_is_no_sheet():
    track = track_of([*[REST] * 140, *MOVING])
    track.steps.append(Step(Action.TURN_LEFT, 14.0))

    assert judged(Sheet(), track) == (Verdict.PASS, "alive")


def test_a_session_that_ends_soon_after_the_first_request_is_judged_as_a_whole():
    track = track_of(MOVING)
    track.steps.append(Step(Action.TURN_LEFT, track.observations[-4].at))

    assert judged(Sheet(), track) == (Verdict.PASS, "alive")


def test_paper_and_screens_are_refused():
    assert judged(Texture(), track_of(MOVING, texture=0.4)) == (Verdict.FAIL, "not_skin")


def test_frames_that_come_again_are_refused():
    assert judged(Replay(), track_of(MOVING, digest=bytes(32))) == (Verdict.FAIL, "repeated_frames")


def test_a_still_is_refused_even_if_it_is_packed_anew_each_time():
    still = np.full((24, 32), 99, np.uint8)

    assert judged(Replay(), track_of(MOVING, thumbnail=still)) == (Verdict.FAIL, "frozen")


def test_frames_that_come_too_slowly_or_with_a_gap_are_not_judged_by():
    slow = Track([REST.seen(n, n * 1.0) for n in range(20)])
    gap = Track([REST.seen(n, n * 0.1 + (3.0 if n > 10 else 0.0)) for n in range(40)])

    assert judged(Timing(), slow) == (Verdict.FAIL, "too_slow")
    assert judged(Timing(), gap) == (Verdict.FAIL, "gap")
