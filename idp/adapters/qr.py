"""QR codes as SVG, by the segno package."""

import segno


def draw_qr(text: str) -> str:
    """Return the picture of *text*, to stand in a page: black on white, as cameras want it on any page."""
    return segno.make(text, error="m", micro=False).svg_inline(
        dark="#000", light="#fff", border=4, omitsize=True
    )
