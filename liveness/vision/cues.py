"""What colours tell: whether there are any, and whether eyes and mouth are covered."""

from collections.abc import Mapping, Sequence

import cv2
import numpy as np

from liveness.frame import Picture
from liveness.observation import Box, Floats

#: Skin that is seldom covered, and what masks and sunglasses cover.
BARE = (117, 346, 151, 9, 108, 337)
MOUTH = (164, 18, 200, 57, 287, 43, 273)
EYES = (27, 23, 257, 253, 130, 359)
#: A patch is this share of the distance between the eyes.
PATCH = 0.06
IRISES = [468, 473]


def cues_of(picture: Picture, landmarks: Floats, box: Box) -> Mapping[str, float]:
    """Return the cues of one frame.

    *chroma*: mean distance of the face's colours from grey, 0 to 1. *mouth* and *eyes*: how far the colour
    there lies from that of the cheeks and the forehead (CIE 1976 difference).
    """
    left, top = int(max(0, box.left)), int(max(0, box.top))
    right, bottom = left + max(2, int(box.width)), top + max(2, int(box.height))
    bare = _colour(picture, landmarks, BARE)
    return {
        "chroma": _chroma(picture[top:bottom, left:right]),
        "mouth": float(np.linalg.norm(_colour(picture, landmarks, MOUTH) - bare)),
        "eyes": float(np.linalg.norm(_colour(picture, landmarks, EYES) - bare)),
    }


def _chroma(face: Picture) -> float:
    if face.size == 0:
        return 0.0
    # Channel by channel: numpy takes 30 times as long over the last axis.
    blue, green, red = cv2.split(face)
    most, least = cv2.max(cv2.max(blue, green), red), cv2.min(cv2.min(blue, green), red)
    return float(cv2.mean(cv2.subtract(most, least))[0]) / 255


def _colour(picture: Picture, landmarks: Floats, points: Sequence[int]) -> Floats:
    """Return the median colour (CIE Lab) of small patches around *points*."""
    height, width = picture.shape[:2]
    between = float(np.linalg.norm(landmarks[IRISES[0], :2] - landmarks[IRISES[1], :2]))
    half = max(1, int(between * PATCH))
    patches = []
    for x, y in landmarks[list(points), :2].astype(int):
        left, top = min(max(x - half, 0), width - 1), min(max(y - half, 0), height - 1)
        patches.append(picture[top : top + 2 * half + 1, left : left + 2 * half + 1].reshape(-1, 3))
    colour = np.median(np.concatenate(patches), axis=0).astype(np.float32)[None, None] / 255
    return np.asarray(cv2.cvtColor(colour, cv2.COLOR_BGR2LAB), np.float32).reshape(3)
