"""Running the models with OpenCV: one thread, the classic engine, a copy a process."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from liveness.observation import Floats

# OpenCV's newer engine puts the landmarks of these models hundreds of pixels off.
ENGINE = cv2.dnn.ENGINE_CLASSIC


class Net:
    """A model, read once; *outputs* in the order in which they are wanted."""

    def __init__(self, path: Path, outputs: Sequence[str]) -> None:
        read = cv2.dnn.readNetFromTFLite if path.suffix == ".tflite" else cv2.dnn.readNetFromONNX
        self._net = read(str(path), ENGINE)
        self._outputs = list(outputs)

    def __call__(self, tensor: Floats) -> list[Floats]:
        """Return the outputs for *tensor*."""
        self._net.setInput(tensor)
        return [np.asarray(each, np.float32) for each in self._net.forward(self._outputs)]
