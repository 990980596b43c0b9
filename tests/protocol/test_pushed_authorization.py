"""Pushed authorization requests (RFC 9126): authenticated, checked, used once, bound to the client."""

from datetime import timedelta

import pytest

from tests.support.provider import ISSUER, open_provider
from tests.support.relying_party import Visit, answer, ask, authorize, decide, get, redeem, sign_in, walk


def push(browser, visit, client=None, **changes):
    return ask(browser, "/par", client or visit.client, **visit.params(**changes))


def follow(browser, visit, reply, **more):
    only = dict.fromkeys(visit.params())
    reference = {"client_id": visit.client.client_id, "request_uri": reply.json["request_uri"]}
    return authorize(browser, visit, **(only | reference | more))


@pytest.fixture
def known(browser, client):
    """Return a client that was allowed before."""
    walk(browser, Visit(client))
    return client


def test_a_pushed_request_is_answered_like_any_other(browser, known):
    visit = Visit(known)
    reply = push(browser, visit)

    assert reply.status_code == 201
    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.json["expires_in"] == 90
    assert reply.json["request_uri"].startswith("urn:ietf:params:oauth:request_uri:")
    result = answer(follow(browser, visit, reply))
    assert result["state"] == visit.state
    assert redeem(browser, visit, result["code"]).status_code == 200


def test_a_visit_with_pages_works_from_a_pushed_request(browser, visit):
    page = follow(browser, visit, push(browser, visit)).headers["Location"]
    sign_in(browser, page)

    assert "code" in answer(decide(browser, page))


def test_what_the_browser_adds_to_the_reference_does_not_count(browser, known):
    visit = Visit(known)

    result = follow(
        browser, visit, push(browser, visit), scope="openid phone", state="mine", redirect_uri="x"
    )

    assert answer(result)["state"] == visit.state
    assert redeem(browser, visit, answer(result)["code"]).json["scope"] == "openid profile"


def test_whoever_only_looks_does_not_use_a_reference_up(browser, known):
    visit = Visit(known)
    reply = push(browser, visit)
    query = {"client_id": known.client_id, "request_uri": reply.json["request_uri"]}

    looked = browser.head("/authorize", base_url=ISSUER, query_string=query)

    assert (looked.status_code, looked.headers.get("Location")) == (200, None)
    assert "code" in answer(follow(browser, visit, reply))


def test_a_reference_works_once(browser, known):
    visit = Visit(known)
    reply = push(browser, visit)
    follow(browser, visit, reply)

    again = follow(browser, visit, reply)

    assert again.status_code == 400
    assert "Location" not in again.headers


def test_a_reference_expires(provider, browser, known):
    visit = Visit(known)
    reply = push(browser, visit)
    provider.clock.advance(timedelta(seconds=91))

    assert follow(browser, visit, reply).status_code == 400


def test_a_reference_belongs_to_its_client(provider, browser, known):
    reply = push(browser, Visit(known))

    stolen = follow(browser, Visit(provider.register()), reply)

    assert stolen.status_code == 400
    assert "Location" not in stolen.headers


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"redirect_uri": "https://evil.test/"}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"request_uri": "urn:ietf:params:oauth:request_uri:x"}, "invalid_request"),
        ({"prompt": "none login"}, "invalid_request"),
    ],
)
def test_a_wrong_request_is_refused_at_the_push(browser, visit, change, error):
    reply = push(browser, visit, **change)

    assert (reply.status_code, reply.json["error"]) == (400, error)


def test_nobody_pushes_without_authentication(browser, visit):
    reply = browser.post("/par", base_url="https://idp.test", data=visit.params())

    assert (reply.status_code, reply.json["error"]) == (401, "invalid_client")


def test_a_client_cannot_push_in_anothers_name(provider, browser, visit):
    reply = push(browser, visit, client=provider.register())

    assert (reply.status_code, reply.json["error"]) == (400, "invalid_request")


def test_a_client_that_registered_so_must_push(provider, browser):
    client = provider.register(require_pushed_authorization_requests=True)
    visit = Visit(client)

    assert answer(authorize(browser, visit))["error"] == "invalid_request"
    assert authorize(browser, visit, redirect_uri="https://evil.test/").status_code == 400
    assert follow(browser, visit, push(browser, visit)).status_code == 303


def test_a_setting_makes_everybody_push(tmp_path):
    provider = open_provider(
        tmp_path,
        database_url=f"sqlite:///{tmp_path}/idp.db",
        authorization={"pushed_required": True, "pushed_seconds": 90},
    )
    browser, visit = provider.browser(), Visit(provider.register())

    assert answer(authorize(browser, visit))["error"] == "invalid_request"
    assert authorize(browser, visit, redirect_uri="https://evil.test/").status_code == 400
    assert follow(browser, visit, push(browser, visit)).status_code == 303
    metadata = get(browser, "/.well-known/openid-configuration").json
    assert metadata["require_pushed_authorization_requests"] is True
