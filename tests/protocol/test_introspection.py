"""Introspection (RFC 7662): the truth for the token's own client, nothing for strangers."""

from datetime import timedelta

import pytest

from tests.support.provider import ISSUER
from tests.support.relying_party import ask, claims_of, token, tokens


def test_an_access_token_is_told_to_its_client(browser, visit):
    access_token = tokens(browser, visit)["access_token"]

    reply = ask(browser, "/introspect", visit.client, token=access_token)

    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.json == {"active": True, "token_type": "Bearer"} | claims_of(access_token)
    assert reply.json["iss"] == reply.json["aud"] == ISSUER


def test_a_refresh_token_is_told_to_its_client_until_it_is_used(browser, visit):
    held = tokens(browser, visit)
    ask_again = {"token": held["refresh_token"], "token_type_hint": "refresh_token"}
    told = ask(browser, "/introspect", visit.client, **ask_again).json

    token(
        browser,
        visit.client,
        {"grant_type": "refresh_token", "refresh_token": held["refresh_token"]},
    )

    assert set(told) == {"active", "iss", "sub", "client_id", "scope", "exp"}
    assert told["active"] is True
    assert ask(browser, "/introspect", visit.client, **ask_again).json == {"active": False}


def test_a_clients_own_token_is_told_too(browser, client):
    held = token(browser, client, {"grant_type": "client_credentials", "scope": "fund:read"}).json

    told = ask(browser, "/introspect", client, token=held["access_token"]).json

    assert (told["active"], told["scope"], told["sub"]) == (True, "fund:read", client.client_id)


def test_a_stranger_learns_nothing(provider, browser, visit):
    held = tokens(browser, visit)
    stranger = provider.register()

    for value in (held["access_token"], held["refresh_token"], "never issued"):
        assert ask(browser, "/introspect", stranger, token=value).json == {"active": False}


def test_expired_and_revoked_tokens_are_not_active(provider, browser, visit):
    expired, revoked = tokens(browser, visit), tokens(browser, visit)
    ask(browser, "/revoke", visit.client, token=revoked["access_token"])
    told = ask(browser, "/introspect", visit.client, token=revoked["access_token"]).json
    provider.clock.advance(timedelta(seconds=601))

    assert told == {"active": False}
    assert ask(browser, "/introspect", visit.client, token=expired["access_token"]).json == {"active": False}


def test_an_id_token_is_no_token_to_introspect(browser, visit):
    id_token = tokens(browser, visit)["id_token"]

    assert ask(browser, "/introspect", visit.client, token=id_token).json == {"active": False}


def test_a_public_client_may_not_ask(provider, browser):
    public = provider.register(token_endpoint_auth_method="none")

    reply = ask(browser, "/introspect", public, token="x")

    assert (reply.status_code, reply.json["error"]) == (401, "invalid_client")


@pytest.mark.parametrize("form", [{}, {"token": ""}])
def test_a_form_without_a_token_is_refused(browser, client, form):
    reply = ask(browser, "/introspect", client, **form)

    assert (reply.status_code, reply.json["error"]) == (400, "invalid_request")
