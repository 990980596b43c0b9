"""What the heavier models look at: the face upright at a fixed size, and the face with what is around it."""

import cv2
import numpy as np

from liveness.frame import Picture
from liveness.observation import Box, Floats

#: Where recognition models expect the eyes, the nose and the corners of the mouth, at 112 pixels (ArcFace).
ALIGNED = np.array(
    [(38.29, 51.70), (73.53, 51.50), (56.03, 71.74), (41.55, 92.37), (70.73, 92.20)], np.float32
)
ALIGNED_SIDE = 112
#: The same of a face: the middle of each eye, wherever it looks; nose and corners of the mouth.
EYE_CORNERS = ([33, 133], [362, 263])
NOSE_AND_MOUTH = [1, 61, 291]


def aligned(picture: Picture, landmarks: Floats) -> Picture:
    """Return the face upright, 112 by 112 by 3, BGR."""
    eyes = [landmarks[corners, :2].mean(0) for corners in EYE_CORNERS]
    five = np.vstack([*eyes, landmarks[NOSE_AND_MOUTH, :2]])
    turn = _similarity(five, ALIGNED)
    return np.asarray(cv2.warpAffine(picture, turn, (ALIGNED_SIDE, ALIGNED_SIDE)), np.uint8)


def surrounded(picture: Picture, box: Box, *, times: float, side: int) -> Picture:
    """Return *side* by *side* by 3 of the frame around *box*, *times* as large as it and within the frame."""
    height, width = picture.shape[:2]
    wanted = min(times, (width - 1) / box.width, (height - 1) / box.height)
    across, down = box.width * wanted, box.height * wanted
    left = min(max(box.left + box.width / 2 - across / 2, 0), width - across)
    top = min(max(box.top + box.height / 2 - down / 2, 0), height - down)
    cut = picture[int(top) : int(top + down) + 1, int(left) : int(left + across) + 1]
    return np.asarray(cv2.resize(cut, (side, side)), np.uint8)


def box_of(landmarks: Floats) -> Box:
    """Return the upright box around the points."""
    low, high = landmarks[:, :2].min(0), landmarks[:, :2].max(0)
    return Box(float(low[0]), float(low[1]), float(high[0] - low[0]), float(high[1] - low[1]))


def _similarity(source: Floats, target: Floats) -> Floats:
    """Return the turn, scale and shift with the least squared error (Umeyama, 1991), 2 by 3."""
    middle, aim = source.mean(0), target.mean(0)
    spread = source - middle
    left, sizes, right = np.linalg.svd((target - aim).T @ spread)
    signs = np.array([1.0, np.sign(np.linalg.det(left @ right))])
    turn = left @ np.diag(signs) @ right
    scale = float((sizes * signs).sum() / max(float((spread**2).sum()), 1e-9))
    return np.asarray(np.hstack([scale * turn, (aim - scale * turn @ middle)[:, None]]), np.float32)
