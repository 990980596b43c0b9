"""A camera frame: JPEG bytes in, an upright picture out, within bounds that are known beforehand."""

import struct
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from liveness.errors import BadFrame

Picture = NDArray[np.uint8]

MAX_BYTES: Final = 4_000_000
MAX_PIXELS: Final = 4_200_000
MIN_SIDE: Final = 120
#: Frames with more pixels than this are decoded at half their size, which costs a quarter.
LARGE: Final = 1_000_000

START, END, SCAN = 0xD8, 0xD9, 0xDA
#: Segments without a length (ITU-T T.81, table B.1), and those that hold the size of the picture.
ALONE = frozenset({0x01, START, END, *range(0xD0, 0xD8)})
SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
GREY_OR_COLOUR = (1, 3)
STUFFED = 0x00
#: A picture that is told in more passes than any camera needs is made to cost time.
MAX_SCANS: Final = 32


def decode(data: bytes, *, max_pixels: int = MAX_PIXELS) -> Picture:
    """Return *data* as height by width by 3, BGR, upright by its EXIF orientation.

    Nothing is decoded before its size is known. Raises `BadFrame` with the reason ``empty``,
    ``not_jpeg``, ``too_large``, ``too_small``, ``unsupported`` or ``broken``.
    """
    if not data:
        raise BadFrame("empty")
    if len(data) > MAX_BYTES:
        raise BadFrame("too_large")
    width, height, components = _size(data)
    if width * height > max_pixels:
        raise BadFrame("too_large")
    if min(width, height) < MIN_SIDE:
        raise BadFrame("too_small")
    if components not in GREY_OR_COLOUR or data.count(bytes((0xFF, SCAN))) > MAX_SCANS:
        raise BadFrame("unsupported")
    mode = cv2.IMREAD_REDUCED_COLOR_2 if width * height > LARGE else cv2.IMREAD_COLOR
    try:
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), mode)
    except cv2.error:
        raise BadFrame("broken") from None
    if picture is None:
        raise BadFrame("broken")
    return np.asarray(picture, np.uint8)


def _size(data: bytes) -> tuple[int, int, int]:
    """Return width, height and components from the first frame header (ITU-T T.81, B.2.2)."""
    if data[:2] != bytes((0xFF, START)):
        raise BadFrame("not_jpeg")
    place = 2
    while place + 4 <= len(data):
        if data[place] != 0xFF:
            break
        marker = data[place + 1]
        if marker == STUFFED:
            # Decoders pass over it where we would take the next bytes for a length.
            break
        if marker == 0xFF:
            place += 1
        elif marker in ALONE:
            place += 2
        elif marker in SIZES:
            return _header(data, place)
        elif marker == SCAN:
            break
        else:
            place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    raise BadFrame("broken")


def _header(data: bytes, place: int) -> tuple[int, int, int]:
    try:
        height, width, components = struct.unpack_from(">HHB", data, place + 5)
    except struct.error:
        raise BadFrame("broken") from None
    if not (height and width):
        raise BadFrame("broken")
    return width, height, components
