"""Frames of relying parties in the signed-out page."""

import re
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.support.provider import ISSUER, LOGGED_OUT_URI
from tests.support.relying_party import Visit, claims_of, csrf, get, post, tokens, walk

FRAME_URI = "https://rp.test/frame?tenant=1"
FRAME = re.compile(r'<iframe[^>]* src="([^"]+)"')


@pytest.fixture
def client(provider):
    return provider.register(frontchannel_logout_uri=FRAME_URI, frontchannel_logout_session_required=True)


def logout(browser, id_token, **params):
    return get(browser, f"/logout?{urlencode({'id_token_hint': id_token} | params)}")


def frames(reply):
    return [unescape(uri) for uri in FRAME.findall(reply.text)]


def policy(reply):
    parts = reply.headers["Content-Security-Policy"].split("; ")
    return dict(part.split(" ", 1) for part in parts)


def test_discovery_says_that_sessions_are_named(browser):
    metadata = get(browser, "/.well-known/openid-configuration").json

    assert metadata["frontchannel_logout_supported"] is True
    assert metadata["frontchannel_logout_session_supported"] is True


def test_the_frame_names_issuer_and_session_beside_its_own_query(browser, visit):
    id_token = tokens(browser, visit)["id_token"]

    [uri] = frames(logout(browser, id_token))

    assert uri.startswith("https://rp.test/frame?tenant=1&")
    assert parse_qs(urlsplit(uri).query) == {
        "tenant": ["1"],
        "iss": [ISSUER],
        "sid": [claims_of(id_token)["sid"]],
    }


def test_a_client_that_does_not_need_the_session_is_not_told_it(provider, browser):
    visit = Visit(provider.register(frontchannel_logout_uri=FRAME_URI))
    id_token = tokens(browser, visit)["id_token"]

    assert frames(logout(browser, id_token)) == [FRAME_URI]


def test_the_page_frames_every_party_of_the_session_and_nothing_else(provider, browser, visit):
    other = provider.register(
        redirect_uris=["https://other.test:8443/cb"], frontchannel_logout_uri="https://other.test:8443/out"
    )
    walk(browser, Visit(other))
    walk(browser, Visit(provider.register()))
    provider.register(frontchannel_logout_uri="https://rp.test/never-visited")
    id_token = tokens(browser, visit)["id_token"]

    reply = logout(browser, id_token)

    assert sorted(uri.partition("?")[0] for uri in frames(reply)) == [
        "https://other.test:8443/out",
        "https://rp.test/frame",
    ]
    assert policy(reply)["frame-src"] == "https://other.test:8443 https://rp.test"


def test_other_pages_frame_nothing(browser):
    assert policy(get(browser, "/"))["frame-src"] == "'none'"


def test_the_page_leads_on_after_the_frames(browser, visit):
    id_token = tokens(browser, visit)["id_token"]

    reply = logout(browser, id_token, post_logout_redirect_uri=LOGGED_OUT_URI, state="s 1")

    assert reply.status_code == 200
    assert f'id="way-on" href="{LOGGED_OUT_URI}?state=s+1"' in reply.text
    nonce = re.search(r'<script nonce="([^"]+)"', reply.text).group(1)
    assert policy(reply)["script-src"] == f"'self' 'nonce-{nonce}'"


def test_without_a_way_back_the_page_stays_and_needs_no_script(browser, visit):
    id_token = tokens(browser, visit)["id_token"]

    reply = logout(browser, id_token)

    assert len(frames(reply)) == 1
    assert "<script nonce" not in reply.text
    assert policy(reply)["script-src"] == "'self'"


def test_where_nobody_needs_a_frame_the_way_back_is_direct(provider, browser):
    visit = Visit(provider.register())
    id_token = tokens(browser, visit)["id_token"]

    reply = logout(browser, id_token, post_logout_redirect_uri=LOGGED_OUT_URI)

    assert (reply.status_code, reply.headers["Location"]) == (303, LOGGED_OUT_URI)


def test_a_frame_can_run_its_own_page_but_not_lead_ours_away(browser, visit):
    id_token = tokens(browser, visit)["id_token"]

    reply = logout(browser, id_token)

    assert 'sandbox="allow-forms allow-same-origin allow-scripts"' in reply.text
    assert 'referrerpolicy="no-referrer"' in reply.text


def test_signing_out_on_the_account_page_frames_as_well(browser, visit):
    walk(browser, visit)

    reply = post(browser, "/sign-out", {"csrf_token": csrf(browser, "/")})

    assert [uri.partition("&")[0] for uri in frames(reply)] == [FRAME_URI]


def test_whoever_is_signed_out_already_sees_no_frames(browser, visit):
    id_token = tokens(browser, visit)["id_token"]
    logout(browser, id_token)

    reply = logout(browser, id_token, post_logout_redirect_uri=LOGGED_OUT_URI)

    assert (reply.status_code, reply.headers["Location"]) == (303, LOGGED_OUT_URI)


@pytest.mark.parametrize(
    "uri",
    [
        "https://evil.test/out",
        "https://rp.test:8443/out",
        "http://localhost/out",
        "https://rp.test.evil.test/out",
        "https://rp.test@evil.test/out",
        "https://sub.rp.test/out",
    ],
)
def test_a_frame_of_somebody_else_is_not_registered(provider, uri):
    with pytest.raises(Exception, match="frontchannel_logout_uri"):
        provider.register(frontchannel_logout_uri=uri)


def test_the_usual_port_may_be_written_or_not(provider):
    assert provider.register(frontchannel_logout_uri="https://rp.test:443/out")
