"""The logos of relying parties: small PNG pictures that an operator gives; none is ever fetched."""

import struct
from base64 import b64encode

from idp.domain.errors import Refusal

SIGNATURE = b"\x89PNG\r\n\x1a\n"
HEADER = struct.Struct(">4x4sII")
FORM = b"IHDR"
END = b"IEND\xaeB`\x82"
MIN_BYTES = len(SIGNATURE) + HEADER.size
MAX_BYTES = 6_000
MIN_SIDE, MAX_SIDE = 48, 256


def read_logo(data: bytes) -> str:
    """Return *data* in base64, or refuse what is no small square PNG (ISO/IEC 15948).

    It is part of the pages that show it, so it may weigh 6,000 bytes at most.
    """
    is_png = data.startswith(SIGNATURE) and data.endswith(END)
    if not is_png or not MIN_BYTES <= len(data) <= MAX_BYTES:
        raise _refuse()
    form, width, height = HEADER.unpack_from(data, len(SIGNATURE))
    if form != FORM or width != height or not MIN_SIDE <= width <= MAX_SIDE:
        raise _refuse()
    return b64encode(data).decode()


def _refuse() -> Refusal:
    return Refusal(
        "invalid_client_metadata", "A logo is a square PNG of 48 to 256 pixels and 6,000 bytes at most."
    )
