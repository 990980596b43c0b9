"""One photo, moved as a solid head: its own landmarks span a mesh that turns, nods, blinks and speaks.

Whoever has one portrait and any face tracker can do this. Landmarks are MediaPipe's 478 by 3, in
pixels of the picture they belong to.
"""

from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from liveness.evaluate import stage
from liveness.evaluate.puppet import OUTLINE, eye_distance
from liveness.evaluate.stage import Image
from liveness.observation import Floats

POINTS = 468  # without the irises, which lie over the eyes
#: How far the whole gestures go: degrees of the mesh, and the share by which lids fall and the jaw drops.
YAW, PITCH, LIDS, JAW = 29.0, 28.0, 1.0, 0.36
#: Upper lid and the point of the lower that it falls upon.
LIDS_FALL = (
    *((159, 145), (158, 153), (160, 144), (161, 163), (157, 154)),
    *((386, 374), (385, 380), (387, 373), (388, 390), (384, 381)),
)
#: Lower lip, chin and jaw line.
JAW_FALLS = [
    *(14, 87, 178, 88, 95, 317, 402, 318, 324, 17, 84, 181, 91, 146, 314, 405, 321, 375, 18, 83, 182),
    *(106, 313, 406, 335, 200, 152, 148, 176, 149, 150, 377, 400, 378, 379, 175, 199, 208, 428, 171),
    *(396, 140, 369),
]
BETWEEN_LIPS = [78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308, 324, 318, 402, 317, 14, 87, 178, 88, 95]
#: Rings around the face, as multiples of its outline, and how much of the motion each goes along with.
RINGS = ((1.45, 0.6), (2.1, 0.25))
DARK = (24, 20, 46)

Corners = tuple[int, int, int]
Places = NDArray[np.float32]


class Mesh:
    """The face of *picture*, ready to be moved."""

    def __init__(self, picture: Image, landmarks: Floats) -> None:
        self._picture = picture
        height, width = picture.shape[:2]
        face = landmarks[:POINTS].astype(np.float32)
        self._middle = face.mean(axis=0)
        self._back = float(face[:, 2].max()) * 0.9  # the axis lies near the ears
        outline = face[list(OUTLINE)]
        parts, follows = [face], [np.ones(POINTS)]
        for far, share in RINGS:
            ring = self._middle + (outline - self._middle) * far
            ring[:, 2] = face[:, 2].max()
            parts.append(ring)
            follows.append(np.full(len(ring), share))
        frame = _frame(width, height, depth=float(face[:, 2].max()))
        self._places: Places = np.vstack([*parts, frame]).astype(np.float32)
        self._places[:, :2] = np.clip(self._places[:, :2], 0, [width - 1, height - 1])
        self._follows = np.concatenate([*follows, np.zeros(len(frame))])[:, None]
        self._unit = eye_distance(landmarks)

    def act(self, *, yaw: float, pitch: float, lids: float, jaw: float) -> Image:
        """Return the picture with so much of each whole gesture: *yaw* from -1 to 1, the others to 1."""
        moved = self._places.copy()
        for upper, lower in LIDS_FALL:
            moved[upper, :2] += LIDS * lids * (moved[lower, :2] - moved[upper, :2])
        moved[JAW_FALLS, 1] += JAW * jaw * self._unit
        centre = np.array([self._middle[0], self._middle[1], self._back], np.float32)
        rotation = _rotation(YAW * yaw, PITCH * pitch)
        moved += self._follows * ((moved - centre) @ rotation.T + centre - moved)
        shown = self._draw(moved.astype(np.float32))
        if jaw < 0.1:
            return shown
        hole = np.zeros(shown.shape[:2], np.uint8)
        cv2.fillPoly(hole, [np.rint(moved[BETWEEN_LIPS, :2]).astype(np.int32)], 235)
        return stage.blend(np.full_like(shown, DARK), shown, cv2.GaussianBlur(hole, (0, 0), 1.2))

    @cached_property
    def _triangles(self) -> list[Corners]:
        height, width = self._picture.shape[:2]
        plane = cv2.Subdiv2D((0, 0, width, height))
        numbers: dict[tuple[float, float], int] = {}
        for number, place in enumerate(self._places):
            key = _key(place[0], place[1])
            if key not in numbers:
                numbers[key] = number
                plane.insert(key)
        corners = (
            tuple(numbers.get(_key(each[2 * n], each[2 * n + 1]), -1) for n in range(3))
            for each in plane.getTriangleList()
        )
        return [(a, b, c) for a, b, c in corners if min(a, b, c) >= 0]

    def _draw(self, moved: Places) -> Image:
        """Take each pixel from where the mesh was; what is near the camera is drawn last."""
        height, width = self._picture.shape[:2]
        across, down = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
        for corners in sorted(self._triangles, key=lambda each: -float(moved[list(each), 2].mean())):
            _fill(across, down, moved[list(corners), :2], self._places[list(corners), :2])
        return np.asarray(cv2.remap(self._picture, across, down, cv2.INTER_LINEAR), np.uint8)


def _fill(across: Places, down: Places, there: Places, here: Places) -> None:
    """Write into the two maps where each pixel of the triangle *there* comes from."""
    height, width = across.shape
    left, top = np.clip(np.floor(there.min(axis=0)), 0, [width, height]).astype(int)
    right, bottom = np.clip(np.ceil(there.max(axis=0)) + 1, 0, [width, height]).astype(int)
    one, other = there[1:] - there[0]
    if right <= left or bottom <= top or abs(float(one[0] * other[1] - one[1] * other[0])) < 1e-3:
        return
    inside = np.zeros((bottom - top, right - left), np.uint8)
    # In sixteenths of a pixel, so that neighbours leave no seam.
    cv2.fillConvexPoly(inside, np.rint((there - [left, top]) * 16).astype(np.int32), 1, cv2.LINE_8, 4)
    rows, columns = np.nonzero(inside)
    matrix = cv2.getAffineTransform(there, here)
    x, y = columns + left, rows + top
    across[y, x] = matrix[0, 0] * x + matrix[0, 1] * y + matrix[0, 2]
    down[y, x] = matrix[1, 0] * x + matrix[1, 1] * y + matrix[1, 2]


def _rotation(yaw: float, pitch: float) -> NDArray[np.float64]:
    nod, _ = cv2.Rodrigues(np.array([-np.radians(pitch), 0.0, 0.0]))
    turn, _ = cv2.Rodrigues(np.array([0.0, -np.radians(yaw), 0.0]))
    return np.asarray(nod @ turn, np.float64)


def _frame(width: int, height: int, *, depth: float) -> Places:
    """Return points around the edge of the picture, which stay."""
    rows = [(x, y) for x in np.linspace(0, width - 1, 7) for y in (0, height - 1)]
    columns = [(x, y) for y in np.linspace(0, height - 1, 7)[1:-1] for x in (0, width - 1)]
    return np.array([(x, y, depth) for x, y in (*rows, *columns)], np.float32)


def _key(x: float, y: float) -> tuple[float, float]:
    return round(float(x), 1), round(float(y), 1)
