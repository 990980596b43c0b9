"""Models that turn a face into a unit vector, and the one that tells skin from paper and screens."""

from pathlib import Path

import cv2
import numpy as np

from liveness.frame import Picture
from liveness.observation import Box, Floats
from liveness.vision.crops import aligned, surrounded
from liveness.vision.nets import Net

TEXTURE_SIDE = 128
#: How much of what is around the face the texture model wants to see.
TEXTURE_TIMES = 2.7
LIVE = 0


class SFace:
    """SFace (Zhong et al., 2021): 128 values; decides whether two faces are one person's."""

    def __init__(self, path: Path) -> None:
        self._net = Net(path, ("fc1",))

    def __call__(self, picture: Picture, landmarks: Floats) -> Floats:
        """Return the unit vector of the face."""
        (values,) = self._net(_tensor(aligned(picture, landmarks)))
        return _unit(values)


class Identity:
    """A lighter model, 512 values; tells whether the face changes from frame to frame."""

    def __init__(self, path: Path) -> None:
        self._net = Net(path, ("output",))

    def __call__(self, picture: Picture, landmarks: Floats) -> Floats:
        """Return the unit vector of the face."""
        (values,) = self._net(np.asarray((_tensor(aligned(picture, landmarks)) - 127) / 128, np.float32))
        return _unit(values)


class Texture:
    """Presentation attack detection on one frame. It wants BGR: fed RGB it calls attacks live."""

    def __init__(self, path: Path) -> None:
        self._net = Net(path, ("output",))

    def __call__(self, picture: Picture, box: Box) -> float:
        """Return the share that the model gives to “live”."""
        cut = surrounded(picture, box, times=TEXTURE_TIMES, side=TEXTURE_SIDE)
        (values,) = self._net(np.asarray(cv2.dnn.blobFromImage(cut), np.float32))
        shares = np.exp(values.reshape(-1) - values.max())
        return float(shares[LIVE] / shares.sum())


def _tensor(face: Picture) -> Floats:
    return np.asarray(cv2.dnn.blobFromImage(face, swapRB=True), np.float32)


def _unit(values: Floats) -> Floats:
    flat = values.reshape(-1)
    return np.asarray(flat / max(float(np.linalg.norm(flat)), 1e-9), np.float32)
