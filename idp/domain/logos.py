"""The logos of relying parties: small PNG pictures that an operator gives; none is ever fetched."""

import struct
from base64 import b64encode
from collections.abc import Iterator
from zlib import crc32, decompressobj
from zlib import error as ZlibError  # noqa: N812 - it is a class

from idp.domain.errors import Refusal

SIGNATURE = b"\x89PNG\r\n\x1a\n"
HEADER, PIXELS, ANIMATION, END = b"IHDR", b"IDAT", b"acTL", b"IEND"
START = struct.Struct(">I4s")
CHECK = struct.Struct(">I")
SIDES = struct.Struct(">II")
FORM_BYTES = 13
DEPTHS, COLOURS = frozenset({1, 2, 4, 8, 16}), frozenset({0, 2, 3, 4, 6})
MAX_BYTES = 6_000
MIN_SIDE, MAX_SIDE = 48, 256


def read_logo(data: bytes) -> str:
    """Return *data* in base64, or refuse what is no small, square and still PNG (ISO/IEC 15948).

    It is part of the pages that show it, so it may weigh 6,000 bytes at most.
    """
    if not data.startswith(SIGNATURE) or len(data) > MAX_BYTES:
        raise _refuse()
    try:
        chunks = list(_chunks(data))
        kinds = [kind for kind, _ in chunks]
        width, height = SIDES.unpack_from(chunks[0][1])
    except (struct.error, IndexError) as error:
        raise _refuse() from error
    ends = [body for kind, body in chunks if kind == END]
    is_whole = kinds[0] == HEADER and kinds.count(HEADER) == 1 and kinds[-1] == END and ends == [b""]
    if (
        not is_whole
        or not _is_drawn(chunks)
        or ANIMATION in kinds
        or width != height
        or not MIN_SIDE <= width <= MAX_SIDE
    ):
        raise _refuse()
    return b64encode(data).decode()


def _is_drawn(chunks: list[tuple[bytes, bytes]]) -> bool:
    pixels = b"".join(body for kind, body in chunks if kind == PIXELS)
    try:
        is_filled = bool(decompressobj().decompress(pixels, MAX_SIDE))
    except ZlibError:
        return False
    form = chunks[0][1]
    return is_filled and len(form) == FORM_BYTES and form[8] in DEPTHS and form[9] in COLOURS


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(SIGNATURE)
    while at < len(data):
        length, kind = START.unpack_from(data, at)
        body = data[at + START.size : at + START.size + length]
        (check,) = CHECK.unpack_from(data, at + START.size + length)
        if check != crc32(kind + body):
            raise _refuse()
        yield kind, body
        at += START.size + length + CHECK.size


def _refuse() -> Refusal:
    return Refusal(
        "invalid_client_metadata",
        "A logo is a square PNG of 48 to 256 pixels and 6,000 bytes at most, and does not move.",
    )
