"""How a head is turned: the canonical face of MediaPipe, fitted to the points of a frame."""

import struct
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from liveness.errors import ModelMissing
from liveness.observation import Floats, Pose

#: What moves little when a face speaks or blinks: brow ridge, corners of the eyes, nose, temples.
RIGID = (6, 168, 197, 195, 5, 4, 1, 33, 133, 263, 362, 10, 151, 9, 127, 356, 234, 454, 93, 323, 98, 327)
CANONICAL_MESH, VERTICES = 1, 3
VALUES, POSITION = 5, 3
POINTS = 468
VARINT, FIXED64, LENGTH, FIXED32 = 0, 1, 2, 5
#: The canonical face looks at us, up is positive; images count downwards.
FLIP = np.array([1, -1, -1], np.float32)


class Poser:
    """Fits the canonical face, as if the camera were 1.2 frames away."""

    def __init__(self, path: Path) -> None:
        self._face = read_canonical_face(path)[list(RIGID)] * FLIP

    def __call__(self, landmarks: Floats, width: int, height: int) -> Pose | None:
        """Return the pose of 478 by 3 *landmarks*, or None where nothing fits."""
        far = 1.2 * max(width, height)
        camera = np.array([[far, 0, width / 2], [0, far, height / 2], [0, 0, 1]])
        points = np.ascontiguousarray(landmarks[list(RIGID), :2], np.float64)
        done, turn, _ = cv2.solvePnP(self._face, points, camera, None, flags=cv2.SOLVEPNP_SQPNP)
        if not done or not np.isfinite(turn).all():
            return None
        matrix, _ = cv2.Rodrigues(turn)
        # Turned about x last, then y, then z (Tait-Bryan angles of the camera's axes).
        yaw = np.degrees(np.arcsin(np.clip(-matrix[2, 0], -1, 1)))
        pitch = np.degrees(np.arctan2(matrix[2, 1], matrix[2, 2]))
        roll = np.degrees(np.arctan2(matrix[1, 0], matrix[0, 0]))
        return Pose(float(-yaw), float(-pitch), float(roll))


def read_canonical_face(path: Path) -> Floats:
    """Return the 468 by 3 vertices (centimetres) of MediaPipe's geometry metadata (a protobuf)."""
    mesh = next((value for name, value in _fields(path.read_bytes()) if name == CANONICAL_MESH), b"")
    packed = b"".join(value for name, value in _fields(mesh) if name == VERTICES)
    if len(packed) != POINTS * VALUES * 4:
        raise ModelMissing(path.name)
    return np.frombuffer(packed, "<f4").reshape(POINTS, VALUES)[:, :POSITION].copy()


def _fields(message: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield number and bytes of every field (Protocol Buffers encoding)."""
    place = 0
    while place < len(message):
        key, place = _varint(message, place)
        kind = key & 7
        if kind == VARINT:
            _, end = _varint(message, place)
        elif kind == LENGTH:
            length, place = _varint(message, place)
            end = place + length
        elif kind in {FIXED32, FIXED64}:
            end = place + (4 if kind == FIXED32 else 8)
        else:
            raise struct.error("This is no protobuf that is known here.")
        yield key >> 3, message[place:end]
        place = end


def _varint(message: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[place]
        value |= (byte & 0x7F) << shift
        place += 1
        if byte < 0x80:
            return value, place
        shift += 7
