"""Decoding: what is no usable camera frame is refused before it costs anything."""

import struct

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liveness.errors import BadFrame
from liveness.frame import decode
from tests.liveness.faces import jpeg

ROOM = np.tile(np.arange(200, dtype=np.uint8)[:, None, None], (1, 300, 3))


def with_orientation(data: bytes, orientation: int) -> bytes:
    """Return the JPEG with an EXIF segment that says how it is turned."""
    entry = struct.pack(">HHIHH", 0x0112, 3, 1, orientation, 0)
    exif = b"Exif\0\0" + b"MM\0*" + struct.pack(">IH", 8, 1) + entry + bytes(4)
    return data[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + data[2:]


def claiming(data: bytes, width: int, height: int) -> bytes:
    """Return the JPEG with another size in its header."""
    place = data.index(b"\xff\xc0") + 5
    return data[:place] + struct.pack(">HH", height, width) + data[place + 4 :]


def reason(data: bytes) -> str:
    with pytest.raises(BadFrame) as refused:
        decode(data)
    return refused.value.reason


def test_a_camera_frame_is_height_by_width_by_three():
    assert decode(jpeg(ROOM)).shape == (200, 300, 3)


def test_a_grey_frame_has_three_equal_channels():
    picture = decode(bytes(cv2.imencode(".jpg", ROOM[..., 0])[1]))

    assert picture.shape == (200, 300, 3)
    assert (picture[..., 0] == picture[..., 2]).all()


@pytest.mark.parametrize(
    ("orientation", "shape"), [(1, (200, 300, 3)), (6, (300, 200, 3)), (8, (300, 200, 3))]
)
def test_a_frame_is_turned_upright(orientation, shape):
    assert decode(with_orientation(jpeg(ROOM), orientation)).shape == shape


def test_a_size_that_decoders_see_and_we_do_not_is_none():
    data = jpeg(ROOM)
    place = data.index(b"\xff\xc0")
    header = data[place : place + 19]
    huge = claiming(header, 12_000, 12_000)
    hidden = b"\xff\x00" + struct.pack(">H", len(huge) + 2) + huge

    assert reason(data[:place] + hidden + data[place:]) == "broken"


def test_a_picture_in_very_many_passes_is_refused():
    data = bytes(cv2.imencode(".jpg", ROOM, [cv2.IMWRITE_JPEG_PROGRESSIVE, 1])[1])
    last = data.rindex(b"\xff\xda")
    assert decode(data).shape == ROOM.shape

    assert reason(data[:last] + data[last:-2] * 40 + data[-2:]) == "unsupported"


def test_a_large_frame_is_decoded_at_half_its_size():
    large = np.zeros((1080, 1920, 3), np.uint8)

    assert decode(jpeg(large)).shape == (540, 960, 3)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "empty"),
        (bytes(cv2.imencode(".png", ROOM)[1]), "not_jpeg"),
        (b"\xff\xd8", "broken"),
        (b"\xff\xd8\xff\xd9", "broken"),
        (jpeg(ROOM)[:400], "broken"),
        (claiming(jpeg(ROOM), 65_000, 65_000), "too_large"),
        (claiming(jpeg(ROOM), 0, 200), "broken"),
        (b"\xff\xd8" + bytes(4_000_000), "too_large"),
        (jpeg(ROOM[:100, :100]), "too_small"),
    ],
    ids=["empty", "png", "start", "end", "cut", "bomb", "no width", "heavy", "small"],
)
def test_what_is_no_frame_is_refused_with_a_word(data, expected):
    assert reason(data) == expected


def test_a_frame_with_four_channels_is_refused():
    four = bytearray(jpeg(ROOM))
    place = four.index(b"\xff\xc0") + 9
    four[place] = 4

    assert reason(bytes(four)) == "unsupported"


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_whatever_comes_is_a_picture_or_a_bad_frame(data):
    sent = bytearray(jpeg(ROOM))
    for _ in range(data.draw(st.integers(0, 12))):
        sent[data.draw(st.integers(0, len(sent) - 1))] = data.draw(st.integers(0, 255))

    try:
        picture = decode(bytes(sent[: data.draw(st.integers(0, len(sent)))]))
    except BadFrame:
        return

    assert picture.ndim == 3
    assert picture.shape[0] * picture.shape[1] <= 4_200_000
