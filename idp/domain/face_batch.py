"""A batch of camera frames as the page sends it: signed, numbered, each frame with its age."""

import hashlib
import hmac
import struct
from dataclasses import dataclass, field
from typing import Final

from idp.domain.errors import Refusal
from idp.domain.ids import InteractionId

MEDIA_TYPE: Final = "application/octet-stream"
MAC_BYTES: Final = 32
# The number of the batch; then of each frame its age in milliseconds, its length, and the JPEG.
NUMBER: Final = struct.Struct(">I")
HEAD: Final = struct.Struct(">HI")
JPEG: Final = b"\xff\xd8\xff"
MOST_FRAMES: Final = 6
MOST_FRAME_BYTES: Final = 160 * 1024
MOST_BYTES: Final = 512 * 1024
# Seconds that a frame may have waited in the browser.
MOST_AGE: Final = 2.0


@dataclass(frozen=True, slots=True)
class Batch:
    """Frames in their order, each with the seconds that it waited before it was sent."""

    number: int
    frames: tuple[tuple[bytes, float], ...] = field(repr=False)


def read_batch(body: bytes, *, key: str, visit: InteractionId) -> Batch:
    """Return the batch in *body*, or refuse what was not signed with *key* for *visit*, or is no batch."""
    mac, content = body[:MAC_BYTES], body[MAC_BYTES:]
    if not hmac.compare_digest(mac, sign(content, key=key, visit=visit)):
        raise Refusal("invalid_request", "The batch is not signed for this check.", status=403)
    try:
        (number,) = NUMBER.unpack_from(content)
        frames = _frames(content[NUMBER.size :])
    except struct.error:
        raise _malformed() from None
    ages = [age for _, age in frames]
    if not 1 <= len(frames) <= MOST_FRAMES or ages != sorted(ages, reverse=True):
        raise _malformed()
    return Batch(number, frames)


def sign(content: bytes, *, key: str, visit: InteractionId) -> bytes:
    """Return HMAC-SHA-256 over the visit and the content of a batch, its number included."""
    return hmac.digest(key.encode(), visit.encode() + b"\n" + content, hashlib.sha256)


def _frames(content: bytes) -> tuple[tuple[bytes, float], ...]:
    frames: list[tuple[bytes, float]] = []
    at = 0
    while at < len(content) and len(frames) <= MOST_FRAMES:
        milliseconds, length = HEAD.unpack_from(content, at)
        at += HEAD.size
        jpeg, age = content[at : at + length], milliseconds / 1000
        if len(jpeg) != length or length > MOST_FRAME_BYTES or age > MOST_AGE or not jpeg.startswith(JPEG):
            raise _malformed()
        frames.append((jpeg, age))
        at += length
    return tuple(frames)


def _malformed() -> Refusal:
    return Refusal("invalid_request", "The batch is not made as it must be.")
