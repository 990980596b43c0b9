"""What a person or an operator ends is over everywhere, whatever was under way."""

from datetime import timedelta

import pytest

from idp.domain.errors import Unavailable
from idp.services.clients import delete_client
from tests.support.relying_party import (
    HIDDEN,
    Visit,
    answer,
    authorize,
    csrf,
    decide,
    get,
    post,
    redeem,
    sign_in,
    token,
    tokens,
    userinfo,
    walk,
)


def sign_out(browser):
    post(browser, "/sign-out", {"csrf_token": csrf(browser, "/")})


def withdraw(browser, client):
    form = {"csrf_token": csrf(browser, "/")}
    return post(browser, f"/consents/{client.client_id}/withdraw", form)


def remove(provider, client):
    tools = provider.house.tools
    delete_client(tools.records, client.client_id, tools.clock)
    provider.clock.advance(timedelta(seconds=2))


def refresh(browser, client, held):
    form = {"grant_type": "refresh_token", "refresh_token": held["refresh_token"]}
    return token(browser, client, form)


def test_a_code_is_worth_nothing_after_signing_out(browser, visit):
    code = walk(browser, visit)["code"]
    sign_out(browser)

    assert redeem(browser, visit, code).json["error"] == "invalid_grant"


def test_a_code_is_worth_nothing_after_the_consent_was_withdrawn(browser, visit):
    code = walk(browser, visit)["code"]
    withdraw(browser, visit.client)

    assert redeem(browser, visit, code).json["error"] == "invalid_grant"


def test_an_authorization_that_overlaps_a_sign_out_yields_no_code(provider, browser, visit):
    walk(browser, visit)
    with provider.house.neighbours.database.begin() as work:
        # The row is closed, the copy close at hand is not dropped yet: another node is at it.
        for session in work.sessions.of_person(provider.people["zhangsanfeng"]):
            work.sessions.revoke(session.id, provider.clock.now())

    reply = authorize(browser, Visit(visit.client))

    assert reply.headers["Location"].startswith("/interaction/")


def test_a_removed_client_learns_nothing_more(provider, browser, visit):
    held = tokens(browser, visit)

    remove(provider, visit.client)

    assert userinfo(browser, held["access_token"]).status_code == 401
    with provider.house.neighbours.database.read() as work:
        assert work.consents.of_person(provider.people["zhangsanfeng"]) == ()


@pytest.mark.parametrize("step", ["cancel", "deny", "allow"])
def test_a_client_that_is_removed_meanwhile_is_not_redirected_to(provider, browser, visit, step):
    page = authorize(browser, visit).headers["Location"]
    guard = csrf(browser, page)
    if step != "cancel":
        sign_in(browser, page)
    shown = dict(HIDDEN.findall(get(browser, page).text)) | {"decision": step}
    remove(provider, visit.client)

    address = "cancel" if step == "cancel" else "consent"
    reply = post(browser, f"{page}/{address}", shown | {"csrf_token": guard})

    assert reply.status_code == 400
    assert "Location" not in reply.headers


def test_unticking_a_sensitive_scope_ends_the_tokens_that_had_it(browser, client):
    first = Visit(client)
    page = authorize(browser, first, scope="openid cn_id_number").headers["Location"]
    sign_in(browser, page)
    code = answer(decide(browser, page, sensitive=("cn_id_number",)))["code"]
    held = redeem(browser, first, code).json
    assert "cn_id_number" in userinfo(browser, held["access_token"]).text

    page = authorize(browser, Visit(client), scope="openid cn_id_number", prompt="consent").headers[
        "Location"
    ]
    decide(browser, page)

    assert userinfo(browser, held["access_token"]).status_code == 401
    assert refresh(browser, client, held).json["error"] == "invalid_grant"


def test_an_answer_counts_only_for_the_person_it_was_shown_to(provider, browser, visit):
    provider.enter("guli", document_number="650000199506220046", phone=None)
    page = authorize(browser, visit).headers["Location"]
    sign_in(browser, page)
    shown_to_zhang = dict(HIDDEN.findall(get(browser, page).text)) | {"decision": "allow"}
    sign_out(browser)
    sign_in(browser, get(browser, "/sign-in").headers["Location"], "guli")

    reply = post(browser, f"{page}/consent", shown_to_zhang)

    assert reply.status_code == 200
    assert 'name="decision"' in reply.text
    assert "ConsentGiven" not in [kind for kind, _ in provider.events()]


def test_no_consent_is_taken_while_a_sign_in_is_due(provider, browser, visit):
    walk(browser, visit)
    provider.clock.advance(timedelta(seconds=1))
    other = Visit(provider.register())
    seen = authorize(browser, other).headers["Location"]
    form = dict(HIDDEN.findall(get(browser, seen).text)) | {"decision": "allow"}
    page = authorize(browser, other, prompt="login").headers["Location"]

    reply = post(browser, f"{page}/consent", form)

    assert 'name="password"' in reply.text
    given = [details for kind, details in provider.events() if kind == "ConsentGiven"]
    assert len(given) == 1


def test_signing_in_again_keeps_what_other_portals_hold(provider, browser, client):
    held = tokens(browser, Visit(client))
    provider.clock.advance(timedelta(minutes=5))
    fresh = Visit(provider.register())
    page = authorize(browser, fresh, prompt="login").headers["Location"]
    sign_in(browser, page)
    decide(browser, page)

    assert userinfo(browser, held["access_token"]).status_code == 200
    assert refresh(browser, client, held).status_code == 200


def test_another_person_at_the_same_browser_ends_what_was_held(provider, browser, client):
    provider.enter("guli", document_number="650000199506220046", phone=None)
    held = tokens(browser, Visit(client))
    provider.clock.advance(timedelta(minutes=5))
    page = authorize(browser, Visit(client), prompt="login").headers["Location"]
    sign_in(browser, page, "guli")

    assert userinfo(browser, held["access_token"]).status_code == 401


def test_a_stranger_with_an_old_code_ends_nothing(provider, browser, visit):
    code = walk(browser, visit)["code"]
    held = redeem(browser, visit, code).json
    stranger = provider.register(token_endpoint_auth_method="none")

    assert redeem(browser, visit, code, client=stranger).json["error"] == "invalid_grant"
    assert userinfo(browser, held["access_token"]).status_code == 200


def test_a_refresh_that_could_not_be_signed_may_be_tried_again(provider, browser, visit, monkeypatch):
    held = tokens(browser, visit)

    def out(*_, **__):
        raise Unavailable("There is no active signing key.")

    with monkeypatch.context() as broken:
        broken.setattr("idp.protocol.jose.keyring.Keyring.sign", out)
        assert refresh(browser, visit.client, held).status_code == 503

    assert refresh(browser, visit.client, held).status_code == 200


def test_an_address_with_a_control_character_is_just_not_there(any_provider):
    browser = any_provider.browser()
    walk(browser, Visit(any_provider.register()))

    reply = post(browser, "/consents/%00/withdraw", {"csrf_token": csrf(browser, "/")})

    assert (reply.status_code, reply.headers["Location"]) == (303, "/account/authorisations")
