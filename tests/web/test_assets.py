"""Style sheets, pictures and the script: kept for good, packed, and few bytes."""

import gzip
import re

import pytest

from tests.support.provider import ISSUER
from tests.support.relying_party import authorize, get

LINKED = re.compile(r'<(?:link|script|img)[^>]*(?:href|src)="([^"]+)"')
FIRST_VISIT_BYTES = 60_000


def assets(page):
    """Return the addresses of what *page* loads, and of what its style sheets load."""
    return sorted(set(LINKED.findall(page)))


def fetch(browser, address, **headers):
    return browser.get(address, base_url=ISSUER, headers={"Accept-Encoding": "gzip"} | headers)


def test_every_address_names_its_content_and_may_be_kept_for_good(browser):
    for address in assets(get(browser, "/").text):
        reply = fetch(browser, address)

        assert reply.status_code == 200
        assert re.search(r"\.[0-9a-f]{16}\.(css|svg|js)$", address), address
        assert reply.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "Set-Cookie" not in reply.headers


def test_style_sheets_name_the_content_of_their_pictures(browser):
    [sheet] = [
        address for address in assets(get(browser, "/").text) if "/tongxing." in address and "css" in address
    ]

    pictures = re.findall(r'url\("([^"]+)"\)', gzip.decompress(fetch(browser, sheet).data).decode())

    assert pictures
    for picture in pictures:
        assert re.fullmatch(r"[\w-]+\.[0-9a-f]{16}\.svg", picture)
        assert fetch(browser, f"/static/{picture}").headers["Cache-Control"].endswith("immutable")


def test_assets_are_packed_for_browsers_that_can_unpack(browser):
    for address in assets(get(browser, "/").text):
        packed, plain = fetch(browser, address), fetch(browser, address, **{"Accept-Encoding": "identity"})

        assert packed.headers["Content-Encoding"] == "gzip"
        assert "Content-Encoding" not in plain.headers
        assert gzip.decompress(packed.data) == plain.data
        assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
        assert packed.headers["ETag"] != plain.headers["ETag"]
        assert packed.headers["X-Content-Type-Options"] == "nosniff"


def test_what_has_not_changed_is_not_sent_again(browser):
    address = "/static/tongxing.css"
    known = fetch(browser, address)

    again = fetch(browser, address, **{"If-None-Match": known.headers["ETag"]})

    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == known.headers["ETag"]
    assert again.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("address", ["/static/tongxing.css", "/static/tongxing.0123456789abcdef.css"])
def test_an_address_that_does_not_name_the_content_is_answered_but_asked_each_time(browser, address):
    reply = fetch(browser, address)

    assert reply.status_code == 200
    assert reply.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "address",
    [
        "/static/../settings.py",
        "/static/%2e%2e/settings.py",
        "/static/none.css",
        "/static/none.0123456789abcdef.css",
        "/bootstrap/static/css/bootswatch/cerulean/bootstrap.min.css",
        "/bootstrap/static/js/bootstrap.min.js",
    ],
)
def test_nothing_else_is_served(browser, address):
    assert fetch(browser, address).status_code == 404


def test_pages_that_carry_tokens_are_not_packed(browser, visit):
    page = authorize(browser, visit).headers["Location"]

    assert "Content-Encoding" not in fetch(browser, page).headers


def test_the_first_visit_to_the_sign_in_page_is_less_than_60_kilobytes(browser, visit):
    shown = get(browser, authorize(browser, visit).headers["Location"])

    parts = [fetch(browser, address) for address in assets(shown.text)]
    pictures = [fetch(browser, "/static/tiles.svg")]
    total = sum(len(reply.data) + len(str(reply.headers)) for reply in (shown, *parts, *pictures))

    assert len(parts) >= 3
    assert total < FIRST_VISIT_BYTES
