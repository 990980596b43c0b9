"""What an operator changes about a client holds within two seconds: disabled, enabled, a new secret."""

from datetime import timedelta

import pytest

from idp.services.clients import delete_client
from tests.support.provider import FUND, ISSUER, LOGGED_OUT_URI, Registered
from tests.support.relying_party import (
    Visit,
    authorize,
    claims_of,
    csrf,
    get,
    post,
    redeem,
    sign_in,
    token,
    token_for,
    tokens,
    userinfo,
    walk,
)
from tests.support.relying_party import ask as ask_program


@pytest.fixture
def upkeep(provider):
    return provider.house.tools.client_upkeep


def disable(provider, client):
    provider.house.tools.client_upkeep.disable(client.client_id)
    provider.clock.advance(timedelta(seconds=1))


def refresh(browser, client, held):
    return token(browser, client, {"grant_type": "refresh_token", "refresh_token": held["refresh_token"]})


def test_a_disabled_client_begins_nothing(provider, browser, client):
    walk(browser, Visit(client))

    disable(provider, client)

    reply = authorize(browser, Visit(client))
    assert reply.status_code == 400
    assert "Location" not in reply.headers
    pushed = ask_program(browser, "/par", client, **Visit(client).params())
    assert (pushed.status_code, pushed.json["error"]) == (401, "invalid_client")


def test_a_disabled_client_gets_nothing_for_what_it_holds(provider, browser, visit):
    held = tokens(browser, visit)
    code = walk(browser, Visit(visit.client))["code"]

    disable(provider, visit.client)

    assert redeem(browser, visit, code).json["error"] == "invalid_client"
    assert refresh(browser, visit.client, held).json["error"] == "invalid_client"
    assert userinfo(browser, held["access_token"]).status_code == 401
    for endpoint in ("/introspect", "/revoke"):
        asked = ask_program(browser, endpoint, visit.client, token=held["access_token"])
        assert (asked.status_code, asked.json["error"]) == (401, "invalid_client")


def test_a_visit_under_way_leads_to_a_disabled_client_no_more(provider, browser, visit):
    page = authorize(browser, visit).headers["Location"]
    sign_in(browser, page)

    disable(provider, visit.client)

    reply = get(browser, page)
    assert reply.status_code == 400
    assert "Location" not in reply.headers


def test_nobody_is_sent_back_to_a_disabled_client_after_signing_out(provider, browser, visit):
    hint = tokens(browser, visit)["id_token"]

    disable(provider, visit.client)

    query = f"id_token_hint={hint}&post_logout_redirect_uri={LOGGED_OUT_URI}"
    assert "Location" not in get(browser, f"/logout?{query}").headers


def test_an_enabled_client_goes_on_where_it_was(provider, browser, visit, upkeep):
    held = tokens(browser, visit)
    disable(provider, visit.client)

    upkeep.enable(visit.client.client_id)
    provider.clock.advance(timedelta(seconds=1))

    assert refresh(browser, visit.client, held).status_code == 200
    assert "code" in walk(browser, Visit(visit.client))


def test_a_person_still_sees_a_disabled_client_and_can_withdraw(provider, browser, visit):
    walk(browser, visit)

    disable(provider, visit.client)

    assert "测试门户" in get(browser, "/account/authorisations").text
    form = {"csrf_token": csrf(browser, "/")}
    reply = post(browser, f"/consents/{visit.client.client_id}/withdraw", form)
    assert reply.headers["Location"] == "/account/authorisations?done=consent"


def test_nothing_is_meant_for_a_disabled_resource_server(provider, browser, client):
    server = provider.register(redirect_uris=[], resources=[FUND], scope="openid")
    assert "code" in walk(browser, Visit(client), resource=FUND)

    disable(provider, server)

    assert walk(browser, Visit(client), resource=FUND)["error"] == "invalid_target"


def test_a_resource_server_is_told_that_a_disabled_or_removed_clients_token_is_dead(provider, browser):
    server = provider.register(redirect_uris=[], resources=[FUND], scope="openid")
    disabled, removed = provider.register(), provider.register()
    form = {"grant_type": "client_credentials", "resource": FUND}
    held = [
        token_for(browser, Visit(disabled), FUND)["access_token"],
        token(browser, disabled, form).json["access_token"],
        token(browser, removed, form).json["access_token"],
    ]
    before = [ask_program(browser, "/introspect", server, token=each).json["active"] for each in held]

    delete_client(provider.house.tools.records, removed.client_id, provider.clock)
    disable(provider, disabled)

    after = [ask_program(browser, "/introspect", server, token=each).json for each in held]
    assert before == [True, True, True]
    assert after == [{"active": False}] * 3


def test_no_token_is_made_for_a_resource_server_that_is_gone(provider, browser, client):
    server = provider.register(redirect_uris=[], resources=[FUND], scope="openid")
    visit = Visit(client)
    held = token_for(browser, visit, FUND)
    code = walk(browser, visit, resource=FUND)["code"]

    delete_client(provider.house.tools.records, server.client_id, provider.clock)

    form = {"grant_type": "refresh_token", "refresh_token": held["refresh_token"]}
    assert token(browser, client, form | {"resource": FUND}).json["error"] == "invalid_target"
    assert redeem(browser, visit, code, resource=FUND).json["error"] == "invalid_target"
    assert claims_of(token(browser, client, form).json["access_token"])["aud"] == ISSUER


def test_only_the_new_secret_works(provider, browser, client, upkeep):
    _, secret = upkeep.rotate_secret(client.client_id)
    provider.clock.advance(timedelta(seconds=1))

    grant = {"grant_type": "client_credentials"}
    assert token(browser, client, grant).json["error"] == "invalid_client"
    assert token(browser, Registered(client.client_id, secret), grant).status_code == 200


def test_changes_are_written_down_once(provider, client, upkeep):
    for _ in range(2):
        upkeep.disable(client.client_id)
    for _ in range(2):
        upkeep.enable(client.client_id)
    upkeep.rotate_secret(client.client_id)

    changes = [details for kind, details in provider.events() if kind == "ClientChanged"]
    assert [each["members"] for each in changes] == [["disabled"], ["disabled"], ["client_secret"]]
    assert {each["by"] for each in changes} == {"operator"}
