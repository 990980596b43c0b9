"""Session state: what an answer carries, what the cookie says, and the page that compares them."""

import base64
import hashlib
from datetime import timedelta

import pytest

from idp.protocol.logout.session_management import browser_state, session_state
from tests.support.relying_party import Visit, authorize, csrf, get, post, sign_in, walk

COOKIE = "__Host-tx_state"


def state_of(browser):
    cookie = browser.get_cookie(COOKIE, domain="idp.test")
    return cookie.value if cookie else ""


def computed(client_id, origin, state, salt):
    told = f"{client_id} {origin} {state} {salt}".encode()
    return base64.urlsafe_b64encode(hashlib.sha256(told).digest()).rstrip(b"=").decode() + f".{salt}"


def holds(browser, client, given):
    salt = given.partition(".")[2]
    return given == computed(client.client_id, "https://rp.test", state_of(browser), salt)


def test_discovery_names_the_page(browser):
    metadata = get(browser, "/.well-known/openid-configuration").json

    assert metadata["check_session_iframe"] == "https://idp.test/session/check"


def test_an_answer_carries_a_state_that_fits_the_cookie(browser, visit):
    given = walk(browser, visit)["session_state"]

    assert holds(browser, visit.client, given)
    assert " " not in given


def test_two_answers_of_one_session_cannot_be_linked(browser, client):
    first = walk(browser, Visit(client))["session_state"]
    second = walk(browser, Visit(client))["session_state"]

    assert first != second
    assert holds(browser, client, first)
    assert holds(browser, client, second)


def test_silent_authorization_carries_it_too(browser, visit):
    walk(browser, visit)

    reply = authorize(browser, Visit(visit.client), prompt="none")

    assert "session_state=" in reply.headers["Location"]


def test_signing_out_changes_it(browser, visit):
    given = walk(browser, visit)["session_state"]

    post(browser, "/sign-out", {"csrf_token": csrf(browser, "/")})

    assert state_of(browser) == ""
    assert not holds(browser, visit.client, given)


def test_another_person_changes_it(provider, browser, client):
    provider.enter("guli", document_number="650000199506220046", phone=None)
    given = walk(browser, Visit(client))["session_state"]
    provider.clock.advance(timedelta(minutes=5))
    page = authorize(browser, Visit(client), prompt="login").headers["Location"]

    sign_in(browser, page, "guli")

    assert state_of(browser)
    assert not holds(browser, client, given)


def test_the_same_person_signing_in_again_changes_nothing(provider, browser, client):
    given = walk(browser, Visit(client))["session_state"]
    provider.clock.advance(timedelta(minutes=5))
    page = authorize(browser, Visit(client), prompt="login").headers["Location"]

    sign_in(browser, page)

    assert holds(browser, client, given)


def test_it_changes_as_soon_as_an_expired_session_is_noticed(provider, browser, visit):
    walk(browser, visit)
    provider.clock.advance(timedelta(hours=13))

    get(browser, "/")

    assert state_of(browser) == ""


def test_a_lost_cookie_comes_back_with_the_next_answer(browser, visit):
    walk(browser, visit)
    browser.delete_cookie(COOKIE, domain="idp.test")

    given = walk(browser, Visit(visit.client))["session_state"]

    assert holds(browser, visit.client, given)


def test_scripts_may_read_the_state_and_nothing_else(browser, visit):
    page = authorize(browser, visit).headers["Location"]

    cookies = sign_in(browser, page).headers.getlist("Set-Cookie")

    [state] = [cookie for cookie in cookies if cookie.startswith(f"{COOKIE}=")]
    assert "HttpOnly" not in state
    assert "Secure" in state
    assert "SameSite=None" in state
    assert "Domain" not in state
    assert all("HttpOnly" in cookie for cookie in cookies if cookie is not state)


def test_the_state_is_neither_the_secret_nor_the_sessions_name(provider, browser, visit):
    walk(browser, visit)

    secret = browser.get_cookie("__Host-tx_session", domain="idp.test").value
    with provider.house.neighbours.database.read() as work:
        [session] = work.sessions.of_person(provider.people["zhangsanfeng"])
    assert state_of(browser) == browser_state(session.id)
    assert not {secret, session.id, session.token_digest} & {state_of(browser)}


def test_only_the_page_that_is_asked_may_be_framed(browser):
    reply = get(browser, "/session/check")

    policy = reply.headers["Content-Security-Policy"]
    assert "frame-ancestors *" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "X-Frame-Options" not in reply.headers
    assert "Set-Cookie" not in reply.headers
    assert COOKIE in reply.text
    assert get(browser, "/").headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    ("redirect_uri", "origin"),
    [
        ("https://rp.test/cb?x=1", "https://rp.test"),
        ("https://rp.test:443/cb", "https://rp.test"),
        ("http://localhost:80/cb", "http://localhost"),
        ("http://127.0.0.1:8001/cb", "http://127.0.0.1:8001"),
        ("http://[::1]:9/cb", "http://[::1]:9"),
    ],
)
def test_the_origin_is_written_as_browsers_do(redirect_uri, origin):
    given = session_state("client", redirect_uri, "session")

    salt = given.partition(".")[2]
    assert given == computed("client", origin, browser_state("session"), salt)


def test_an_app_without_an_origin_is_given_none():
    assert session_state("client", "cn.example.app:/cb", "session") is None
