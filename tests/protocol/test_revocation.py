"""Revocation (RFC 7009): everything that rests on the grant falls."""

import pytest

from tests.support.relying_party import Visit, ask, token, tokens, userinfo


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_giving_one_token_back_ends_them_all(browser, visit, kind):
    held = tokens(browser, visit)

    reply = ask(browser, "/revoke", visit.client, token=held[kind])

    assert (reply.status_code, reply.json) == (200, {})
    assert userinfo(browser, held["access_token"]).status_code == 401
    form = {"grant_type": "refresh_token", "refresh_token": held["refresh_token"]}
    assert token(browser, visit.client, form).json["error"] == "invalid_grant"


def test_a_wrong_or_unknown_hint_is_no_error(browser, visit):
    for hint in ("refresh_token", "no_such_type"):
        held = tokens(browser, visit)
        ask(browser, "/revoke", visit.client, token=held["access_token"], token_type_hint=hint)
        assert userinfo(browser, held["access_token"]).status_code == 401


def test_an_unknown_token_is_as_good_as_revoked(browser, client):
    assert ask(browser, "/revoke", client, token="never issued").status_code == 200


def test_another_clients_token_is_left_alone(provider, browser, visit):
    held = tokens(browser, visit)

    reply = ask(browser, "/revoke", provider.register(), token=held["refresh_token"])

    assert (reply.status_code, reply.json["error"]) == (400, "invalid_grant")
    assert userinfo(browser, held["access_token"]).status_code == 200


def test_a_public_client_may_give_its_tokens_back(provider, browser):
    visit = Visit(provider.register(token_endpoint_auth_method="none"))
    held = tokens(browser, visit)

    assert ask(browser, "/revoke", visit.client, token=held["access_token"]).status_code == 200
    assert userinfo(browser, held["access_token"]).status_code == 401


def test_a_clients_own_token_cannot_be_called_back(browser, client):
    held = token(browser, client, {"grant_type": "client_credentials"}).json

    reply = ask(browser, "/revoke", client, token=held["access_token"])

    assert (reply.status_code, reply.json["error"]) == (400, "unsupported_token_type")


@pytest.mark.parametrize("value", ["", "a" * 9000, "中文", "\x00", "a.b.c", "v1.x.AAAAAA.y"])
def test_whatever_is_sent_is_answered(browser, client, value):
    reply = ask(browser, "/revoke", client, token=value)

    assert reply.status_code in {200, 400}
    assert reply.headers["Cache-Control"] == "no-store"


def test_nobody_revokes_without_authentication(browser, visit):
    held = tokens(browser, visit)

    reply = ask(browser, "/revoke", None, token=held["access_token"])

    assert (reply.status_code, reply.json["error"]) == (401, "invalid_client")
    assert userinfo(browser, held["access_token"]).status_code == 200


def test_it_is_in_the_audit_log(provider, browser, visit):
    ask(browser, "/revoke", visit.client, token=tokens(browser, visit)["refresh_token"])

    kind, details = provider.events()[-1]
    assert (kind, details["reason"]) == ("GrantRevoked", "by_client")
