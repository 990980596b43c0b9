"""Pictures, drawn by the tests."""

import struct
from zlib import compress, crc32


def square_png(side: int, *, height: int | None = None) -> bytes:
    """Return a red PNG, *side* pixels wide and as high unless *height* says otherwise."""
    header = struct.pack(">IIBBBBB", side, height or side, 8, 2, 0, 0, 0)
    rows = (b"\0" + b"\xc0\x20\x20" * side) * (height or side)
    chunks = ((b"IHDR", header), (b"IDAT", compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*each) for each in chunks)


def chunk(kind: bytes, data: bytes) -> bytes:
    """Return one chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc32(kind + data))
