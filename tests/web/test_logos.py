"""The logo of a portal: an operator's picture, never one that is fetched."""

import pytest

from idp.domain.errors import Refusal
from idp.domain.logos import read_logo
from tests.support.pictures import chunk, square_png
from tests.support.relying_party import authorize, get, walk

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def test_a_logo_stands_beside_the_name_without_a_request_to_anybody(provider, browser, visit):
    picture = read_logo(square_png(64))
    provider.house.tools.client_upkeep.show_logo(visit.client.client_id, picture)

    page = get(browser, authorize(browser, visit).headers["Location"])
    walk(browser, visit)
    listed = get(browser, "/account/authorisations").text

    image = f'<img class="tx-logo" src="data:image/png;base64,{picture}" width="48" height="48" alt="">'
    assert image in page.text
    assert image in listed
    assert "img-src 'self' data:;" in page.headers["Content-Security-Policy"]


def test_a_portal_without_a_logo_shows_its_first_character(browser, visit):
    page = get(browser, authorize(browser, visit).headers["Location"]).text

    assert '<span class="tx-logo" aria-hidden="true">测</span>' in page


@pytest.mark.parametrize(
    "data",
    [
        b"",
        SVG,
        square_png(64)[:-1],
        square_png(47),
        square_png(257),
        square_png(64, height=65),
        square_png(64)[:8] + square_png(64)[-8:],
        square_png(64)[:-12] + bytes(6000) + square_png(64)[-12:],
        square_png(64).replace(b"IHDR", b"iHDR"),
        square_png(64)[:33] + b"garbage" * 5 + square_png(64)[-12:],
        square_png(64)[:33] + square_png(64)[-12:],
        square_png(64)[:33] + chunk(b"acTL", bytes(8)) + square_png(64)[33:],
        square_png(64) + b"tail",
        square_png(64)[:33] + chunk(b"IDAT", b"garbage") + chunk(b"IEND", b""),
        square_png(64)[:33] + chunk(b"IEND", b"") + square_png(64)[33:],
        square_png(64)[:33] + square_png(128)[8:],
        square_png(64)[:8] + chunk(b"IHDR", square_png(64)[16:24]) + square_png(64)[33:],
        square_png(64)[:-12] + chunk(b"IEND", b"x"),
        square_png(64)[:29] + bytes(4) + square_png(64)[33:],
    ],
    ids=[
        *("empty", "svg", "cut", "small", "large", "oblong", "signature alone", "heavy", "no header"),
        *("broken", "hollow", "animated", "with a tail", "no pixels", "an early end", "two headers"),
        *("a short header", "an end with more", "a wrong check"),
    ],
)
def test_what_is_no_small_square_png_is_refused(data):
    with pytest.raises(Refusal, match="square PNG"):
        read_logo(data)
