"""How answers travel: in the query, in the fragment, in a form that submits itself."""

import re
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.support.provider import ISSUER
from tests.support.relying_party import Visit, authorize, decide, get, redeem, sign_in, walk

FIELD = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


def fields(reply):
    return {name: unescape(value) for name, value in FIELD.findall(reply.text)}


@pytest.fixture
def known(browser, visit):
    """Return the client of a portal that was allowed before."""
    walk(browser, visit)
    return visit.client


def test_the_query_is_the_default_and_keeps_what_was_registered(provider, browser):
    visit = Visit(provider.register(redirect_uris=["https://rp.test/cb?tenant=zj"]))

    assert set(walk(browser, visit)) == {"tenant", "code", "state", "iss", "session_state"}


def test_a_fragment_never_reaches_the_portals_server(browser, known):
    location = authorize(browser, Visit(known), response_mode="fragment").headers["Location"]

    parts = urlsplit(location)
    assert parts.query == ""
    assert set(dict(parse_qsl(parts.fragment))) == {"code", "state", "iss", "session_state"}


def test_a_form_is_posted_to_the_portal_and_to_nowhere_else(browser, known):
    visit = Visit(known)

    reply = authorize(browser, visit, response_mode="form_post")

    assert reply.status_code == 200
    assert 'action="https://rp.test/cb"' in reply.text
    answer = fields(reply)
    assert (answer["state"], answer["iss"]) == (visit.state, ISSUER)
    assert redeem(browser, visit, answer["code"]).status_code == 200
    policy = reply.headers["Content-Security-Policy"]
    nonce = re.search(r"script-src 'self' 'nonce-([\w-]+)'", policy).group(1)
    assert f'<script nonce="{nonce}">' in reply.text
    assert "form-action 'self' https:;" in policy
    assert reply.headers["Cache-Control"] == "no-store"


def test_a_state_arrives_as_it_was_sent_and_brings_no_markup(browser, known):
    state = "a b\"é&c<script>alert(1)</script>'"

    reply = authorize(browser, Visit(known, state=state), response_mode="form_post")

    assert fields(reply)["state"] == state
    assert "<script>alert" not in reply.text


def test_each_page_has_a_nonce_of_its_own(browser, known):
    policies = {
        authorize(browser, Visit(known), response_mode="form_post").headers["Content-Security-Policy"]
        for _ in range(3)
    }

    assert len(policies) == 3


@pytest.mark.parametrize("prompt", ["none", "bogus"])
def test_errors_travel_the_same_way(browser, visit, prompt):
    reply = authorize(browser, visit, response_mode="form_post", prompt=prompt)
    told = fields(reply)
    fragment = authorize(browser, visit, response_mode="fragment", prompt=prompt)

    assert told["error"] in {"login_required", "invalid_request"}
    assert (told["state"], told["iss"]) == (visit.state, ISSUER)
    assert "error=" in urlsplit(fragment.headers["Location"]).fragment


def test_a_visit_with_pages_ends_the_same_way(browser, visit):
    page = authorize(browser, visit, response_mode="form_post").headers["Location"]
    sign_in(browser, page)

    reply = decide(browser, page)

    assert "code" in fields(reply)
    assert get(browser, page).status_code == 400


def test_declining_ends_the_same_way(browser, visit):
    page = authorize(browser, visit, response_mode="form_post").headers["Location"]
    sign_in(browser, page)

    assert fields(decide(browser, page, "deny"))["error"] == "access_denied"
