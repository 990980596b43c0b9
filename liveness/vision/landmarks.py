"""The 478 points of a face: MediaPipe's landmark model on an upright square around it."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from liveness.frame import Picture
from liveness.observation import Floats
from liveness.vision.detector import Found
from liveness.vision.nets import Net

SIDE = 256
POINTS = 478
#: How much larger than the face the square is.
MARGIN = 1.5
THRESHOLD = 0.5
#: Outer corners of the eyes, that on the left of the image first.
EYES = (33, 263)


@dataclass(frozen=True, slots=True)
class Square:
    """A turned square of the frame: centre and side in pixels, *angle* in radians, clockwise as seen."""

    centre: tuple[float, float]
    side: float
    angle: float


def square_of(found: Found) -> Square:
    """Return the square around a face that was just detected."""
    box = found.box
    return Square(
        (box.left + box.width / 2, box.top + box.height / 2),
        max(box.width, box.height) * MARGIN,
        _angle(found.eyes[0], found.eyes[1]),
    )


def square_around(landmarks: Floats) -> Square:
    """Return the square around a face whose points are known from the frame before."""
    angle = _angle(landmarks[EYES[0], :2], landmarks[EYES[1], :2])
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    upright = landmarks[:, :2] @ turn
    low, high = upright.min(0), upright.max(0)
    centre = turn @ ((low + high) / 2)
    return Square((float(centre[0]), float(centre[1])), float((high - low).max()) * MARGIN, angle)


class Landmarker:
    """Finds the points of one face."""

    def __init__(self, path: Path) -> None:
        # The points, and how sure the model is that there is a face.
        self._net = Net(path, ("Identity", "Identity_1"))

    def __call__(self, picture: Picture, square: Square) -> Floats | None:
        """Return 478 by 3 pixels of *picture* (z in the scale of x), or None where there is no face."""
        if square.side < 1:
            return None
        back = _onto_frame(square)
        straight = cv2.warpAffine(picture, back, (SIDE, SIDE), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
        tensor = np.asarray(cv2.dnn.blobFromImage(straight, 1 / 255, swapRB=True), np.float32)
        points, presence = self._net(tensor)
        if 1 / (1 + np.exp(-float(presence.reshape(-1)[0]))) < THRESHOLD:
            return None
        points = points.reshape(POINTS, 3)
        onto = np.empty_like(points)
        onto[:, :2] = points[:, :2] @ back[:, :2].T + back[:, 2]
        onto[:, 2] = points[:, 2] * (square.side / SIDE)
        return onto if np.isfinite(onto).all() else None


def _angle(left: Floats, right: Floats) -> float:
    return float(np.arctan2(right[1] - left[1], right[0] - left[0]))


def _onto_frame(square: Square) -> Floats:
    scale = square.side / SIDE
    cosine, sine = np.cos(square.angle) * scale, np.sin(square.angle) * scale
    turn = np.array([[cosine, -sine], [sine, cosine]])
    shift = np.array(square.centre) - turn @ np.array([SIDE / 2, SIDE / 2])
    return np.asarray(np.hstack([turn, shift[:, None]]), np.float32)
