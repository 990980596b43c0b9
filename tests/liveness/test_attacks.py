"""Attacks are built from a clip: the same again from the same seed, and as lively as they claim."""

import numpy as np
import pytest

from liveness.evaluate import puppet
from liveness.evaluate.attacks import SPECIES, Asked
from liveness.evaluate.mesh import Mesh
from liveness.evaluate.stage import HEIGHT, WIDTH
from tests.liveness.drawn import SIDE, face, source

SILENT = Asked()
BY_NAME = {species.name: species for species in SPECIES}


def play(name, *, seed=1, asked=SILENT, frames=3):
    player = BY_NAME[name].begin(source(), source("other", skin=140), np.random.default_rng(seed))
    return [player(n, asked) for n in range(frames)]


def difference(one, other):
    return float(np.abs(one.astype(np.int16) - other.astype(np.int16)).mean())


@pytest.mark.parametrize("name", BY_NAME)
def test_a_species_gives_frames_of_a_camera(name):
    frames = play(name)

    assert {frame.shape for frame in frames} <= {(HEIGHT, WIDTH, 3), (SIDE, SIDE, 3)}
    assert len({frame.shape for frame in frames}) == 1
    assert {frame.dtype for frame in frames} == {np.dtype(np.uint8)}


@pytest.mark.parametrize("name", BY_NAME)
def test_a_seed_gives_the_same_attack_again_and_another_seed_another(name):
    first, again, other = play(name, seed=5), play(name, seed=5), play(name, seed=6)

    assert all(np.array_equal(one, two) for one, two in zip(first, again, strict=True))
    assert not np.array_equal(first[0], other[0])


@pytest.mark.parametrize("name", ["injected_still", "injected_video", "screen_replay", "print_held"])
def test_a_fixed_attack_does_not_answer(name):
    asked, silent = play(name, asked=Asked("turn_left", 1.0)), play(name)

    assert all(np.array_equal(one, two) for one, two in zip(asked, silent, strict=True))


@pytest.mark.parametrize(
    ("name", "action"),
    [
        ("print_turned", "turn_left"),
        ("print_bent", "turn_right"),
        ("print_eye_holes", "blink"),
        ("screen_photo", "turn_right"),
        ("still_warped", "nod"),
        ("still_puppet", "open_mouth"),
    ],
)
def test_whoever_can_answers(name, action):
    asked, silent = play(name, asked=Asked(action, 1.0)), play(name)

    assert difference(asked[0], silent[0]) > 0.2


def test_the_portrait_is_straight_with_open_eyes():
    assert source().portrait == 2


def test_a_covered_lens_shows_nothing_and_a_dark_room_hardly_more():
    assert play("blank")[0].std() < 2
    assert play("dark")[0].mean() < 15


def test_another_person_goes_on_after_the_swap():
    player = BY_NAME["identity_swap"].begin(source(), source("other", skin=60), np.random.default_rng(1))

    before, after = player(0, Asked()), player(60, Asked())

    assert before[160, 128].mean() - after[160, 128].mean() > 60


@pytest.mark.parametrize(
    ("gesture", "moved"),
    [({"yaw": 1.0}, (110, 90)), ({"jaw": 1.0}, (184, 128)), ({"lids": 1.0}, (104, 98))],
)
def test_a_puppet_moves_the_feature_that_is_asked_for(gesture, moved):
    image, points = face()
    still = {"yaw": 0.0, "pitch": 0.0, "lids": 0.0, "jaw": 0.0}

    acted = Mesh(image, points).act(**{**still, **gesture})

    row, column = moved
    spot = (slice(row - 10, row + 10), slice(column - 10, column + 10))
    assert difference(acted[spot], image[spot]) > 5
    assert difference(acted[:5], image[:5]) < 2


@pytest.mark.parametrize(
    ("n", "count", "shown"), [(0, 4, 0), (3, 4, 3), (4, 4, 2), (6, 4, 0), (7, 4, 1), (9, 1, 0)]
)
def test_a_clip_is_played_there_and_back(n, count, shown):
    assert puppet.there_and_back(n, count) == shown
