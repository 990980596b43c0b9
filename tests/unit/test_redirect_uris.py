"""Redirect URIs by application type (OpenID Connect Registration section 2, RFC 8252)."""

import pytest

from idp.domain.errors import Refusal
from idp.domain.redirect_uris import check_redirect_uri

WEB = {"native": False, "loopback": False}
WEB_BY_OPERATOR = {"native": False, "loopback": True}
NATIVE = {"native": True, "loopback": False}
KINDS = [WEB, WEB_BY_OPERATOR, NATIVE]


@pytest.mark.parametrize(
    ("uri", "taken_by"),
    [
        ("https://portal.example/cb", [WEB, WEB_BY_OPERATOR, NATIVE]),
        ("https://PORTAL.example/cb", [WEB, WEB_BY_OPERATOR, NATIVE]),
        ("https://192.0.2.1/cb", [WEB, WEB_BY_OPERATOR, NATIVE]),
        ("https://localhost/cb", [WEB, WEB_BY_OPERATOR, NATIVE]),
        ("https://portal.example/cb?next=https://evil.example/", [WEB, WEB_BY_OPERATOR, NATIVE]),
        ("http://127.0.0.1/cb", [WEB_BY_OPERATOR, NATIVE]),
        ("http://127.0.0.1:51004/cb", [WEB_BY_OPERATOR, NATIVE]),
        ("http://[::1]:51004/cb", [WEB_BY_OPERATOR, NATIVE]),
        ("http://localhost/cb", [WEB_BY_OPERATOR, NATIVE]),
        ("HTTP://LOCALHOST/cb", [WEB_BY_OPERATOR, NATIVE]),
        ("cn.example.app:/cb", [NATIVE]),
        ("cn.example.app://cb", [NATIVE]),
        ("CN.Example.App:/cb", [NATIVE]),
        # Not the loopback address, however much they look like it.
        ("http://127.0.0.2/cb", []),
        ("http://127.1/cb", []),
        ("http://2130706433/cb", []),
        ("http://0x7f.0.0.1/cb", []),
        ("http://0.0.0.0/cb", []),
        ("http://localhost./cb", []),
        ("http://localhost.evil.example/cb", []),
        ("http://evil.example#@localhost/cb", []),
        ("http://localhost@evil.example/cb", []),
        ("http://evil.example\\@localhost/cb", []),
        ("http://[::ffff:127.0.0.1]/cb", []),
        ("http://portal.example/cb", []),
        # Schemes that nobody owns, or that a browser carries out.
        ("myapp:/cb", []),
        ("javascript:alert(1)", []),
        ("JavaScript://portal.example/%0aalert(1)", []),
        ("data:text/html,hi", []),
        ("vbscript:x", []),
        ("file:///etc/passwd", []),
        ("about:blank", []),
        ("intent://cb#Intent;scheme=https;end", []),
        ("urn:ietf:wg:oauth:2.0:oob", []),
        ("ftp://portal.example/cb", []),
        ("ws://localhost/cb", []),
        (".example:/cb", []),
        # What two programs may read differently.
        ("https://portal.example/cb#", []),
        ("https://portal.example\\.evil.example/cb", []),
        ("https://portal.example/a/../cb", []),
        ("https://user:password@portal.example/cb", []),
        ("https://*.example/cb", []),
        ("https://portal.example\t/cb", []),
        (" https://portal.example/cb", []),
        ("https:portal.example/cb", []),
        ("https:/portal.example/cb", []),
        ("https:///portal.example/cb", []),
        ("https://portal.example:99999/cb", []),
        ("https://portal。example/cb", []),
        ("https://ｐortal.example/cb", []),
        ("https://" + "a" * 2000 + ".example/", []),
    ],
)
def test_each_application_type_takes_its_own(uri, taken_by):
    assert [kind for kind in KINDS if is_taken(uri, kind)] == taken_by


def is_taken(uri, kind):
    try:
        return check_redirect_uri(uri, **kind) == uri
    except Refusal as refusal:
        return refusal.error != "invalid_redirect_uri"
