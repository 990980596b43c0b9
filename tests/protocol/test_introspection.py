"""Introspection (RFC 7662): the truth for the token's own client, nothing for strangers."""

import base64
from datetime import timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from tests.support.provider import ISSUER
from tests.support.relying_party import Visit, ask, claims_of, get, token, tokens, userinfo


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


class TestSignedAnswers:
    """Answers as JWTs (RFC 9701) for those who ask for them."""

    ACCEPT = "application/token-introspection+jwt"

    def introspect(self, browser, client, value, accept=ACCEPT):
        pair = base64.b64encode(f"{client.client_id}:{client.secret}".encode()).decode()
        headers = {"Authorization": f"Basic {pair}", "Accept": accept}
        return browser.post("/introspect", base_url=ISSUER, data={"token": value}, headers=headers)

    def test_the_answer_is_signed_for_the_one_who_asked(self, provider, browser):
        provider.provide_keys()
        client = provider.register(introspection_signed_response_alg="ES256")
        held = tokens(browser, Visit(client))["access_token"]

        reply = self.introspect(browser, client, held)

        assert reply.mimetype == self.ACCEPT
        keys = KeySet.import_key_set(get(browser, "/jwks").json)
        read = jwt.decode(reply.text, keys, registry=JWSRegistry(algorithms=["ES256"]))
        assert read.header["typ"] == "token-introspection+jwt"
        assert set(read.claims) == {"iss", "aud", "iat", "token_introspection"}
        assert (read.claims["iss"], read.claims["aud"]) == (ISSUER, client.client_id)
        assert read.claims["token_introspection"] == {"active": True, "token_type": "Bearer"} | claims_of(
            held
        )

    def test_a_stranger_gets_a_signed_nothing(self, provider, browser, visit):
        held = tokens(browser, visit)["access_token"]

        reply = self.introspect(browser, provider.register(), held)

        assert claims_of(reply.text)["token_introspection"] == {"active": False}

    def test_it_is_no_access_token(self, browser, visit):
        held = tokens(browser, visit)["access_token"]

        signed = self.introspect(browser, visit.client, held).text

        assert userinfo(browser, signed).status_code == 401

    def test_whoever_does_not_ask_for_it_gets_json(self, browser, visit):
        held = tokens(browser, visit)["access_token"]

        reply = self.introspect(browser, visit.client, held, accept="application/json, */*")

        assert reply.mimetype == "application/json"
        assert "Accept" in reply.headers["Vary"]
