"""A face drawn with circles, and where its landmarks are: for tests that need no model."""

import cv2
import numpy as np

from liveness.evaluate.attacks import Source
from liveness.evaluate.puppet import CHIN, EYES, FOREHEAD, MOUTH, NOSE, OUTLINE, SIDES
from liveness.evaluate.stage import Image
from liveness.observation import Floats

SIDE = 256


def face(*, turned: float = 0.0, open_eyes: float = 1.0, skin: int = 180) -> tuple[Image, Floats]:
    """Return a drawn face and its landmarks; *turned* moves the nose, in shares of the face."""
    image = np.full((SIDE, SIDE, 3), 90, np.uint8)
    cv2.ellipse(image, (128, 128), (70, 95), 0, 0, 360, (skin - 40, skin - 20, skin), -1)
    points = np.full((478, 3), 128, np.float32)
    points[:, 2] = 0
    for place, angle in zip(
        OUTLINE, np.linspace(-np.pi / 2, 1.5 * np.pi, len(OUTLINE), endpoint=False), strict=True
    ):
        points[place, :2] = 128 + 70 * np.cos(angle), 128 + 95 * np.sin(angle)
    points[SIDES[0], :2], points[SIDES[1], :2] = (58, 128), (198, 128)
    points[FOREHEAD, :2], points[CHIN, :2] = (128, 33), (128, 223)
    points[NOSE, :2] = 128 + 70 * turned, 140
    for (outer, inner, above, below), across in zip(EYES, (98, 158), strict=True):
        opening = 6 * open_eyes
        cv2.ellipse(image, (across, 105), (14, max(1, round(opening))), 0, 0, 360, (250, 250, 250), -1)
        cv2.circle(image, (across, 105), round(min(5, opening)), (30, 30, 30), -1)
        outside, inside = (across - 14, across + 14) if across < 128 else (across + 14, across - 14)
        points[outer, :2], points[inner, :2] = (outside, 105), (inside, 105)
        points[above, :2], points[below, :2] = (across, 105 - opening), (across, 105 + opening)
    cv2.circle(image, (round(128 + 70 * turned), 140), 8, (110, 120, 150), -1)
    cv2.line(image, (100, 180), (156, 180), (60, 60, 140), 3)
    for place, where in zip(MOUTH, ((100, 180), (156, 180), (128, 179), (128, 181)), strict=True):
        points[place, :2] = where
    return image, points


def source(name: str = "victim", *, skin: int = 180) -> Source:
    """Return a clip of six drawn frames: looks aside, straight ahead, and shuts the eyes."""
    drawn = [
        face(turned=turned, open_eyes=open_eyes, skin=skin)
        for turned, open_eyes in ((0.4, 1), (0.2, 1), (0.0, 1), (0.0, 0.1), (-0.2, 1), (-0.4, 1))
    ]
    return Source(
        name=name, frames=tuple(image for image, _ in drawn), landmarks=tuple(points for _, points in drawn)
    )
