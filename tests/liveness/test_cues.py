"""What colours tell."""

import numpy as np
import pytest

from liveness.observation import Box
from liveness.vision.cues import cues_of

WHOLE = Box(0.0, 0.0, 300.0, 200.0)


def points():
    """Return points all over a frame of 300 by 200, the eyes apart."""
    spread = np.linspace(0.1, 0.9, 478, dtype=np.float32)
    return np.stack([spread * 300, spread[::-1] * 200, spread], axis=1)


def chroma(colour):
    picture = np.full((200, 300, 3), colour, np.uint8)
    return cues_of(picture, points(), WHOLE)["chroma"]


@pytest.mark.parametrize(
    ("colour", "expected"), [((90, 90, 90), 0.0), ((0, 0, 255), 1.0), ((51, 102, 153), 0.4)]
)
def test_chroma_is_how_far_the_colours_lie_from_grey(colour, expected):
    assert chroma(colour) == pytest.approx(expected)


def test_chroma_is_the_mean_over_the_face():
    picture = np.zeros((200, 300, 3), np.uint8)
    picture[:100, :, 1] = 255

    assert cues_of(picture, points(), WHOLE)["chroma"] == pytest.approx(0.5)


def test_a_face_outside_of_the_frame_has_no_colour():
    picture = np.full((200, 300, 3), (0, 0, 255), np.uint8)

    assert cues_of(picture, points(), Box(400.0, 20.0, 50.0, 50.0))["chroma"] == 0.0


def test_a_face_of_one_colour_is_not_covered():
    picture = np.full((200, 300, 3), (120, 150, 200), np.uint8)
    cues = cues_of(picture, points(), WHOLE)

    assert (cues["mouth"], cues["eyes"]) == (0.0, 0.0)
