"""The authorization endpoint: what it takes, what it refuses, and where it says so."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from idp.services.clients import delete_client
from tests.support.provider import ISSUER
from tests.support.relying_party import (
    Visit,
    answer,
    authorize,
    claims_of,
    csrf,
    decide,
    get,
    post,
    redeem,
    sign_in,
    tokens,
    walk,
)


def test_a_visit_ends_with_a_code_the_state_and_the_issuer(browser, visit):
    result = walk(browser, visit)

    assert set(result) == {"code", "state", "iss", "session_state"}
    assert result["state"] == visit.state
    assert result["iss"] == ISSUER


def test_the_second_portal_needs_no_sign_in_and_sees_another_subject(provider, browser):
    zhejiang = Visit(provider.register(sector="zhejiang"))
    guangdong = Visit(provider.register(sector="guangdong"))
    first = tokens(browser, zhejiang)

    reply = authorize(browser, guangdong)
    page = get(browser, reply.headers["Location"])
    second = redeem(browser, guangdong, answer(decide(browser, reply.headers["Location"]))["code"]).json

    assert 'name="decision"' in page.text
    assert 'name="password"' not in page.text
    one, two = claims_of(first["id_token"]), claims_of(second["id_token"])
    assert one["sub"] != two["sub"]
    assert one["sid"] != two["sid"]
    assert one["auth_time"] == two["auth_time"]


def test_a_portal_that_was_allowed_before_shows_no_page(browser, visit):
    walk(browser, visit)

    reply = authorize(browser, Visit(visit.client))

    assert "code" in answer(reply)


@pytest.mark.parametrize("change", [{"client_id": "unknown"}, {"client_id": None}])
def test_an_unknown_client_stays_on_our_page(browser, visit, change):
    reply = authorize(browser, visit, **change)

    assert reply.status_code == 400
    assert "Location" not in reply.headers
    assert "unknown" not in reply.text


@pytest.mark.parametrize(
    "uri",
    [
        None,
        "https://rp.test/cb/",
        "https://rp.test/cb?x=1",
        "https://rp.test/cb/../evil",
        "https://rp.test/CB",
        "https://rp.test:444/cb",
        "https://RP.test/cb",
        "https://rp.test/%63b",
        "https://user@rp.test/cb",
        "https://rp.test/cb#x",
        "https://evil.test/cb",
        "http://rp.test/cb",
        "https://rp.test/cb\t",
        'https://evil.test/"中',
    ],
)
def test_a_redirect_uri_that_is_not_registered_to_the_letter_is_never_followed(browser, visit, uri):
    reply = authorize(browser, visit, redirect_uri=uri)

    assert reply.status_code == 400
    assert "Location" not in reply.headers
    assert "evil" not in reply.text


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_mode": "web_message"}, "invalid_request"),
        ({"scope": None}, "invalid_scope"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"scope": "openid cn_age"}, "invalid_scope"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge": "=" * 43}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"prompt": "bogus"}, "invalid_request"),
        ({"max_age": "abc"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"max_age": "１"}, "invalid_request"),
        ({"request": "eyJ"}, "invalid_request_object"),
        ({"request_uri": "https://rp.test/r"}, "invalid_request_uri"),
        ({"registration": "{}"}, "registration_not_supported"),
        ({"prompt": "none"}, "login_required"),
    ],
)
def test_a_wrong_request_is_told_to_the_relying_party(browser, visit, change, error):
    reply = authorize(browser, visit, **change)

    assert reply.status_code == 303
    assert reply.headers["Location"].startswith(f"{visit.client.redirect_uri}?")
    told = answer(reply)
    assert (told["error"], told["state"], told["iss"]) == (error, visit.state, ISSUER)
    assert "code" not in told


def test_an_unknown_scope_is_left_out(browser, visit):
    answered = tokens(browser, visit, scope="openid profile no_such_scope")

    assert answered["scope"] == "openid profile"


def test_scopes_come_in_any_order(browser, visit):
    assert tokens(browser, visit, scope="profile openid")["scope"] == "profile openid"


def test_an_unknown_parameter_is_no_error(browser, visit):
    assert "code" in walk(browser, visit, extra="foobar", dpop_jkt="x")


def test_without_a_nonce_the_id_token_has_none(browser, visit):
    assert "nonce" not in claims_of(tokens(browser, visit, nonce=None)["id_token"])


def test_prompt_none_without_a_session_is_told_at_once(browser, visit):
    reply = authorize(browser, visit, prompt="none")

    assert answer(reply)["error"] == "login_required"


def test_a_login_hint_stands_in_the_form_and_brings_no_markup(browser, visit):
    page = authorize(browser, visit, login_hint='<b>"lisiguangming"').headers["Location"]

    assert "&lt;b&gt;&#34;lisiguangming&#34;" in get(browser, page).text


def test_a_parameter_given_twice_is_refused_on_our_page(browser, visit):
    query = urlencode(visit.params()) + "&nonce=again"

    reply = get(browser, f"/authorize?{query}")

    assert reply.status_code == 400
    assert "Location" not in reply.headers


def test_prompt_none_with_session_but_without_consent(provider, browser, visit):
    walk(browser, visit)
    other = Visit(provider.register())

    assert answer(authorize(browser, other, prompt="none"))["error"] == "consent_required"


def test_prompt_none_succeeds_silently_for_a_known_person(browser, visit):
    walk(browser, visit)

    assert "code" in answer(authorize(browser, Visit(visit.client), prompt="none"))


def test_a_fresh_sign_in_is_asked_for_and_has_a_new_time(provider, browser, visit):
    before = claims_of(tokens(browser, visit)["id_token"])["auth_time"]
    provider.clock.advance(timedelta(minutes=3))
    again = Visit(visit.client)

    reply = authorize(browser, again, prompt="login")
    page = reply.headers["Location"]
    assert 'name="password"' in get(browser, page).text
    after = sign_in(browser, page)
    done = get(browser, after.headers["Location"])

    id_token = redeem(browser, again, answer(done)["code"]).json["id_token"]
    assert claims_of(id_token)["auth_time"] == before + 180


def test_max_age_asks_again_when_the_sign_in_is_too_old(provider, browser, visit):
    walk(browser, visit)
    provider.clock.advance(timedelta(seconds=100))

    assert "code" in answer(authorize(browser, Visit(visit.client), max_age="100"))
    assert (
        authorize(browser, Visit(visit.client), max_age="99").headers["Location"].startswith("/interaction/")
    )
    silent = authorize(browser, Visit(visit.client), max_age="99", prompt="none")
    assert answer(silent)["error"] == "login_required"


def test_prompt_consent_asks_again(browser, visit):
    walk(browser, visit)

    page = authorize(browser, Visit(visit.client), prompt="consent").headers["Location"]

    assert 'name="decision"' in get(browser, page).text


def test_a_posted_request_is_answered_like_a_query(browser, visit):
    reply = post(browser, "/authorize", visit.params())
    page = reply.headers["Location"]
    sign_in(browser, page)

    assert "code" in answer(decide(browser, page))


def test_declining_tells_the_relying_party(browser, visit):
    page = authorize(browser, visit).headers["Location"]
    sign_in(browser, page)

    told = answer(decide(browser, page, "deny"))

    assert (told["error"], told["state"], told["iss"]) == ("access_denied", visit.state, ISSUER)


def test_cancelling_at_the_sign_in_tells_the_relying_party(browser, visit):
    page = authorize(browser, visit).headers["Location"]

    told = answer(post(browser, f"{page}/cancel", {"csrf_token": csrf(browser, page)}))

    assert told["error"] == "access_denied"


def test_a_visit_belongs_to_the_browser_it_began_in(provider, browser, visit):
    page = authorize(browser, visit).headers["Location"]

    stranger = get(provider.browser(), page)

    assert stranger.status_code == 400
    assert 'name="password"' not in stranger.text


def test_a_finished_visit_cannot_be_resumed(browser, visit):
    page = authorize(browser, visit).headers["Location"]
    sign_in(browser, page)
    decide(browser, page)

    again = get(browser, page)

    assert again.status_code == 400
    assert "Location" not in again.headers


def test_a_sensitive_scope_is_given_only_when_it_is_ticked(browser, client):
    for ticked, expected in (((), "openid"), (("cn_id_number",), "openid cn_id_number")):
        visit = Visit(client)
        page = authorize(browser, visit, scope="openid cn_id_number", prompt="consent").headers["Location"]
        if 'name="password"' in get(browser, page).text:
            sign_in(browser, page)
        code = answer(decide(browser, page, sensitive=ticked))["code"]

        assert redeem(browser, visit, code).json["scope"] == expected


def test_ticking_a_scope_that_was_not_asked_for_gives_nothing_more(browser, visit):
    page = authorize(browser, visit, scope="openid").headers["Location"]
    sign_in(browser, page)

    code = answer(decide(browser, page, sensitive=("cn_id_number", "phone")))["code"]

    assert redeem(browser, visit, code).json["scope"] == "openid"


def test_a_client_that_is_removed_during_the_visit_gets_no_code(provider, browser, visit):
    page = authorize(browser, visit).headers["Location"]
    sign_in(browser, page)
    tools = provider.house.tools
    delete_client(tools.records, visit.client.client_id, tools.clock)
    provider.clock.advance(timedelta(seconds=2))

    reply = get(browser, page)

    assert reply.status_code == 400
    assert "Location" not in reply.headers


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
def test_a_native_app_may_listen_on_any_port_of_the_loopback_address(provider, browser, host):
    client = provider.register(
        redirect_uris=[f"http://{host}/cb"],
        post_logout_redirect_uris=[],
        token_endpoint_auth_method="none",
    )
    visit = Visit(replace(client, redirect_uri=f"http://{host}:51004/cb"))

    code = walk(browser, visit)["code"]

    assert redeem(browser, visit, code).status_code == 200


@pytest.mark.parametrize(
    "uri",
    [
        "http://127.0.0.1:51004/other",
        "http://127.0.0.1:51004/cb?x=1",
        "http://127.0.0.1:51004@evil.test/cb",
        "http://127.0.0.1.evil.test:51004/cb",
        "http://127.0.0.1:/cb",
        "http://127.0.0.1:123456/cb",
        "http://127.0.0.2:51004/cb",
        "http://localhost:51004/cb",
        "https://127.0.0.1:51004/cb",
    ],
)
def test_nothing_but_the_port_may_differ(provider, browser, uri):
    client = provider.register(
        redirect_uris=["http://127.0.0.1/cb"],
        post_logout_redirect_uris=[],
        token_endpoint_auth_method="none",
    )

    reply = authorize(browser, Visit(client), redirect_uri=uri)

    assert reply.status_code == 400
    assert "Location" not in reply.headers


def test_a_confidential_client_has_no_such_freedom(provider, browser):
    client = provider.register(redirect_uris=["http://127.0.0.1/cb"], post_logout_redirect_uris=[])

    reply = authorize(browser, Visit(client), redirect_uri="http://127.0.0.1:51004/cb")

    assert reply.status_code == 400


def test_two_consents_add_up_and_neither_is_asked_for_again(browser, client):
    for scope in ("openid profile", "openid phone"):
        page = authorize(browser, Visit(client), scope=scope).headers["Location"]
        if 'name="password"' in get(browser, page).text:
            sign_in(browser, page)
        decide(browser, page)

    assert "code" in answer(authorize(browser, Visit(client), scope="openid profile", prompt="none"))
    both = Visit(client)
    code = answer(authorize(browser, both, scope="openid profile phone", prompt="none"))["code"]
    assert redeem(browser, both, code).json["scope"] == "openid profile phone"
