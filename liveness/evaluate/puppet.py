"""What can be done to a flat picture of a face, once its landmarks are known.

Landmarks are MediaPipe's 478 by 3, in pixels of the picture they belong to.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from liveness.evaluate import stage
from liveness.evaluate.stage import Image, Plane
from liveness.observation import Floats

# Corners, upper lid, lower lid; the eye on the left of the picture first.
EYES = ((33, 133, 159, 145), (362, 263, 386, 374))
NOSE, FOREHEAD, CHIN = 1, 10, 152
MOUTH = (61, 291, 13, 14)
SIDES = (234, 454)  # where the face ends on the left and on the right of the picture
OUTLINE = (
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377,
    152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
)  # fmt: skip
HELD_BY = (33, 133, 362, 263, 61, 291, CHIN, FOREHEAD)  # what a flat mask is fitted to

Field = NDArray[np.float32]


def there_and_back(n: int, count: int) -> int:
    """Return which of *count* frames to show as the *n*-th, without a jump at the end."""
    if count < 2:
        return 0
    place = n % (2 * count - 2)
    return min(place, 2 * count - 2 - place)


def turn(points: Floats) -> float:
    """Return where the nose stands between the sides of the face: 0 straight, 1 at the person's left."""
    left, right = points[SIDES[0], 0], points[SIDES[1], 0]
    return float(2 * (points[NOSE, 0] - left) / max(right - left, 1e-3) - 1)


def openness(points: Floats) -> float:
    """Return how far the eyes are open: height by width, of the eye that is open less."""
    return min(
        float(np.linalg.norm(points[above, :2] - points[below, :2]))
        / max(float(np.linalg.norm(points[outer, :2] - points[inner, :2])), 1e-3)
        for outer, inner, above, below in EYES
    )


def away_from_portrait(points: Floats) -> float:
    """Return how far a frame is from one to print: turned, eyes shut or mouth open."""
    unit = eye_distance(points)
    mouth = float(np.linalg.norm(points[MOUTH[2], :2] - points[MOUTH[3], :2])) / unit
    # Lips may be closed over an open jaw.
    jaw = float(np.linalg.norm(points[NOSE, :2] - points[CHIN, :2])) / unit
    return abs(turn(points)) + max(0.0, 0.25 - openness(points)) * 4 + 2 * mouth + 2 * jaw


def eye_distance(points: Floats) -> float:
    """Return the pixels between the centres of the eyes."""
    centres = [points[list(eye[:2]), :2].mean(axis=0) for eye in EYES]
    return max(float(np.linalg.norm(centres[0] - centres[1])), 1e-3)


def closest_eyes(landmarks: Sequence[Floats], n: int, *, closed: bool) -> int:
    """Return which frame's eyes to show: the ones most shut, or simply the next."""
    if closed:
        return min(range(len(landmarks)), key=lambda place: openness(landmarks[place]))
    return there_and_back(n, len(landmarks))


def closest_turn(landmarks: Sequence[Floats], yaw: float) -> int:
    """Return the frame in which the head is turned most nearly as asked (-1 to 1)."""
    return min(range(len(landmarks)), key=lambda place: abs(turn(landmarks[place]) - 0.7 * yaw))


def lend_eyes(face: Image, points: Floats, donor: Image, donor_points: Floats) -> Image:
    """Cut holes where the eyes of *face* are, and let the donor's eyes look through them."""
    result = face
    for outer, inner, _, _ in EYES:
        corners = points[[outer, inner], :2]
        matrix = _similarity(donor_points[[outer, inner], :2], corners)
        moved = cv2.warpAffine(donor, matrix, (face.shape[1], face.shape[0]), borderMode=cv2.BORDER_REPLICATE)
        middle = corners.mean(axis=0)
        width = float(np.linalg.norm(corners[1] - corners[0]))
        hole = np.zeros(face.shape[:2], np.uint8)
        size = (max(1, round(0.62 * width)), max(1, round(0.34 * width)))
        cv2.ellipse(hole, (round(float(middle[0])), round(float(middle[1]))), size, 0, 0, 360, 255, -1)
        result = stage.blend(
            np.asarray(moved, np.uint8), result, cv2.GaussianBlur(hole, (0, 0), max(0.5, 0.02 * width))
        )
    return result


def wear(mask: Image, points: Floats, head: Image, head_points: Floats) -> Image:
    """Lay the face of *mask*, cut along its outline, as a flat thing on *head*."""
    matrix, _ = cv2.estimateAffine2D(points[list(HELD_BY), :2], head_points[list(HELD_BY), :2])
    size = (head.shape[1], head.shape[0])
    shape = np.zeros(mask.shape[:2], np.uint8)
    cv2.fillPoly(shape, [np.rint(points[list(OUTLINE), :2]).astype(np.int32)], 255)
    return stage.blend(
        np.asarray(cv2.warpAffine(mask, matrix, size), np.uint8), head, cv2.warpAffine(shape, matrix, size)
    )


def lean(still: Image, yaw: float, pitch: float) -> Image:
    """Show *still* as if the whole picture were turned (each from -1 to 1)."""
    height, width = still.shape[:2]
    edges = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    narrow, slant, lower = 0.12 * abs(yaw) * width / 2, 0.10 * yaw * height, 0.08 * pitch * height
    there = edges + np.array(
        [[narrow, slant + lower], [-narrow, -slant + lower], [-narrow, slant], [narrow, -slant]], np.float32
    )
    matrix = cv2.getPerspectiveTransform(edges, there.astype(np.float32))
    leaned = cv2.warpPerspective(still, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(leaned, np.uint8)


def blur(frame: Image) -> Image:
    """Put the lens far out of focus."""
    return np.asarray(cv2.GaussianBlur(frame, (0, 0), 9), np.uint8)


def _similarity(start: Plane, end: Plane) -> Plane:
    """Return the turn, scale and shift that takes two points to two others."""
    before, after = start[1] - start[0], end[1] - end[0]
    length = max(float(before @ before), 1e-6)
    cosine = float(before @ after) / length
    sine = float(before[0] * after[1] - before[1] * after[0]) / length
    turned = np.array([[cosine, -sine], [sine, cosine]])
    shift = end.mean(axis=0) - turned @ start.mean(axis=0)
    return np.column_stack([turned, shift]).astype(np.float32)
