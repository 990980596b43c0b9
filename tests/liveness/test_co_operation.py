"""A simulated user makes the gestures that are asked for, out of what a clip shows."""

import math
from itertools import pairwise

import numpy as np
import pytest

from liveness.evaluate.attacks import Asked
from liveness.evaluate.challenges import EXPRESSIONS, TURNS, draw_actions
from liveness.evaluate.co_operation import User, find_gestures
from liveness.evaluate.play import Prompt
from tests.liveness.drawn import face
from tests.liveness.stand_in import Guidance

STILL = [0.0] * 40


def signals(**figures):
    everything = dict.fromkeys(("turn_left", "turn_right", "nod", "blink", "open_mouth"), STILL)
    return {**everything, **figures}


def bump(start, height, *, wide=5, length=40):
    """A rise to *height* and back, beginning at frame *start*."""
    rise = [height * math.sin(math.pi * n / (2 * wide)) for n in range(2 * wide + 1)]
    return [0.0] * start + rise + [0.0] * (length - start - len(rise))


def test_a_gesture_is_cut_from_rest_to_rest():
    found = find_gestures(signals(turn_left=bump(10, 25.0)))

    assert list(found.segments) == ["turn_left"]
    segment = found.segments["turn_left"]
    assert 15 in segment
    assert segment == tuple(range(segment[0], segment[-1] + 1))
    assert 10 <= segment[0] < 13
    assert 17 < segment[-1] <= 20


def test_a_gesture_that_the_clip_cuts_off_is_played_back():
    rising = [0.0] * 30 + [3.0 * n for n in range(10)]

    segment = find_gestures(signals(turn_right=rising)).segments["turn_right"]

    assert max(segment) == 39
    assert segment[0] == segment[-1]
    assert segment == segment[::-1]


def test_what_the_library_would_not_take_for_a_gesture_is_none():
    assert find_gestures(signals(turn_left=bump(10, 14.0), blink=bump(25, 0.2))).segments == {}


def test_frames_without_a_face_are_no_gesture():
    gone = [math.nan] * 40

    assert find_gestures(dict.fromkeys(signals(), gone)).segments == {}


def test_the_quiet_stretch_is_where_nothing_happens():
    found = find_gestures(signals(turn_left=bump(0, 25.0), blink=bump(25, 0.8)))

    assert not set(found.quiet) & (set(range(1, 10)) | set(range(26, 35)))


def test_a_clip_without_a_turn_cannot_answer():
    assert not find_gestures(signals(blink=bump(10, 0.8), open_mouth=bump(25, 0.8))).can_answer
    assert find_gestures(signals(blink=bump(10, 0.8), turn_left=bump(25, 30.0))).can_answer


def test_the_gesture_is_played_once_it_is_asked_for():
    frames = [face(skin=100 + n)[0] for n in range(40)]
    found = find_gestures(signals(turn_left=bump(10, 25.0), blink=bump(28, 0.8)))
    user = User(frames, found, np.random.default_rng(1))

    quiet = user.play(0, Asked("turn_left", 0.0))
    answering = [user.play(n, Asked("turn_left", 0.5)) for n in range(1, 8)]

    shown = [frame[128, 106].mean() for frame in answering]
    assert np.isclose(quiet[128, 106].mean(), frames[found.quiet[0]][128, 106].mean(), atol=12)
    assert shown == sorted(shown) or max(shown) - min(shown) < 40


def test_somebody_needs_time_to_read_and_tries_again():
    prompt = Prompt()
    asked = [prompt.follow(Guidance("act", "nod"), n / 10) for n in range(40)]

    assert [each.share for each in asked[:5]] == [0, 0, 0, 0, 0]
    assert max(each.share for each in asked[5:18]) > 0.95
    assert {each.share for each in asked[19:25]} == {0.0}
    assert max(each.share for each in asked[25:38]) > 0.95
    assert {each.action for each in asked} == {"nod"}


@pytest.mark.parametrize("seed", range(20))
def test_a_challenge_has_a_turn_and_an_expression_and_nothing_twice_in_a_row(seed):
    drawn = draw_actions(np.random.default_rng(seed))

    assert len(drawn) in {3, 4}
    assert TURNS & set(drawn)
    assert EXPRESSIONS & set(drawn)
    assert all(one != other for one, other in pairwise(drawn))
    assert drawn == draw_actions(np.random.default_rng(seed))


def test_a_challenge_without_a_turn_is_not_drawn():
    with pytest.raises(ValueError, match="a turn and an expression"):
        draw_actions(np.random.default_rng(1), ["blink", "nod"])
