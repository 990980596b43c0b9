"""Finding faces: MediaPipe's short-range BlazeFace, decoded and thinned out here."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from liveness.frame import Picture
from liveness.observation import Box, Floats
from liveness.vision.nets import Net

SIDE = 128
#: Side of the grid, and how many anchors each cell has.
GRIDS = ((16, 2), (8, 6))
THRESHOLD = 0.5
OVERLAP = 0.3
MOST = 10


@dataclass(frozen=True, slots=True)
class Found:
    """A face: its box, and the centres of the eyes (that on the left of the image first), in pixels."""

    box: Box
    eyes: Floats
    score: float


class Detector:
    """Finds faces that are at least about a tenth of the frame high."""

    def __init__(self, path: Path) -> None:
        self._net = Net(path, ("classificators", "regressors"))
        self._anchors = _anchors()

    def __call__(self, picture: Picture) -> tuple[Found, ...]:
        """Return the faces in *picture*, the largest first."""
        height, width = picture.shape[:2]
        side = max(height, width)
        offset = np.array([(side - width) / 2, (side - height) / 2], np.float32)
        scores, places = self._net(_square(picture, side))
        shares = 1 / (1 + np.exp(-np.clip(scores.reshape(-1), -50, 50)))
        likely = shares >= THRESHOLD
        if not likely.any():
            return ()
        shares, points = shares[likely], places.reshape(-1, 8, 2)[likely] / SIDE
        # Rows: centre, size, then six points, of which the first two are the eyes.
        points[:, 0] += self._anchors[likely]
        points[:, 2:] += self._anchors[likely][:, None]
        points *= side
        points[:, 0] -= offset
        points[:, 2:] -= offset
        return _thin(np.asarray(shares, np.float32), np.asarray(points, np.float32))


def _square(picture: Picture, side: int) -> Floats:
    height, width = picture.shape[:2]
    scale = SIDE / side
    small = cv2.resize(
        picture, (max(1, round(width * scale)), max(1, round(height * scale))), interpolation=cv2.INTER_AREA
    )
    square = np.zeros((SIDE, SIDE, 3), np.uint8)
    top, left = (SIDE - small.shape[0]) // 2, (SIDE - small.shape[1]) // 2
    square[top : top + small.shape[0], left : left + small.shape[1]] = small
    return np.asarray(
        cv2.dnn.blobFromImage(square, 1 / 127.5, mean=(127.5, 127.5, 127.5), swapRB=True), np.float32
    )


def _thin(shares: Floats, points: Floats) -> tuple[Found, ...]:
    left_top = points[:, 0] - points[:, 1] / 2
    rows = np.hstack([left_top, points[:, 1]])
    kept = cv2.dnn.NMSBoxes(rows.tolist(), shares.tolist(), THRESHOLD, OVERLAP)
    found = [
        Found(Box(*(float(each) for each in rows[index])), points[index, 2:4].copy(), float(shares[index]))
        for index in np.asarray(kept).reshape(-1)[:MOST]
    ]
    return tuple(sorted(found, key=lambda each: -each.box.area))


def _anchors() -> Floats:
    parts = []
    for cells, each in GRIDS:
        middle = (np.arange(cells, dtype=np.float32) + 0.5) / cells
        across, down = np.meshgrid(middle, middle)
        parts.append(np.repeat(np.stack([across, down], -1).reshape(-1, 2), each, axis=0))
    return np.concatenate(parts)
