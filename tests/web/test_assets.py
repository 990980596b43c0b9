"""The files of the pages: kept for a year under an address of their content, and small."""

import gzip
import re

from tests.support.provider import ISSUER
from tests.support.relying_party import authorize, get

ADDRESS = re.compile(r'(?:href|src)="(/assets/[^"]+)"')
MOST_BYTES = 60_000


def fetch(browser, address, **headers):
    return browser.get(address, base_url=ISSUER, headers=headers)


def addresses(browser, visit):
    page = authorize(browser, visit).headers["Location"]
    shown = get(browser, page)
    return shown, sorted(set(ADDRESS.findall(shown.text)))


def test_the_sign_in_page_costs_less_than_sixty_kilobytes_at_the_first_visit(browser, visit):
    shown, named = addresses(browser, visit)

    replies = [fetch(browser, address, **{"Accept-Encoding": "gzip, br"}) for address in named]
    style = next(reply for reply in replies if reply.request.path.startswith("/assets/tongxing."))
    tiles = fetch(browser, re.search(r'url\("(/assets/tiles[^"]+)"\)', unpacked(style))[1])

    everything = [shown, *replies, tiles]
    sent = sum(len(reply.data) + len(str(reply.headers)) for reply in everything)
    assert {reply.status_code for reply in everything} == {200}
    assert sent < MOST_BYTES


def unpacked(reply):
    return gzip.decompress(reply.data).decode()


def test_a_file_is_kept_for_a_year_and_never_asked_for_again(browser, visit):
    _, named = addresses(browser, visit)
    for address in named:
        reply = fetch(browser, address)

        assert reply.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert reply.headers["Vary"] == "Accept-Encoding"
        assert "Set-Cookie" not in reply.headers
        assert re.fullmatch(r"/assets/[a-z.]+\.[0-9a-f]{16}\.(css|js|svg)", address)


def test_packed_and_plain_are_the_same_and_told_apart(browser, visit):
    _, named = addresses(browser, visit)
    style = next(address for address in named if "tongxing" in address and address.endswith(".css"))

    plain = fetch(browser, style)
    packed = fetch(browser, style, **{"Accept-Encoding": "gzip"})
    refused = fetch(browser, style, **{"Accept-Encoding": "gzip;q=0"})
    again = fetch(browser, style, **{"Accept-Encoding": "gzip", "If-None-Match": packed.headers["ETag"]})

    assert unpacked(packed) == plain.text == refused.text
    assert "Content-Encoding" not in refused.headers
    assert plain.headers["ETag"] != packed.headers["ETag"]
    assert (again.status_code, again.data) == (304, b"")


def test_nothing_else_is_served_from_there(browser):
    for address in ("/assets/tongxing.css", "/assets/..%2fassets.py", "/assets/", "/static/tongxing.css"):
        assert fetch(browser, address).status_code == 404
