"""The token endpoint: codes, refresh tokens, client credentials, and how clients prove themselves."""

import base64
import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from idp.domain.assurance import Level
from tests.support.provider import ISSUER, PASSWORD
from tests.support.relying_party import (
    Visit,
    answer,
    authorize,
    claims_of,
    csrf,
    decide,
    post,
    redeem,
    sign_in,
    token,
    tokens,
    userinfo,
    walk,
)


def test_a_code_yields_bearer_tokens_that_no_cache_keeps(browser, visit):
    reply = redeem(browser, visit, walk(browser, visit)["code"])

    assert reply.status_code == 200
    assert reply.headers["Cache-Control"] == "no-store"
    assert set(reply.json) == {
        "access_token",
        "token_type",
        "expires_in",
        "scope",
        "id_token",
        "refresh_token",
    }
    assert (reply.json["token_type"], reply.json["expires_in"]) == ("Bearer", 600)


def test_the_id_token_says_who_signed_in_when_and_how(provider, browser, visit):
    answered = tokens(browser, visit)

    claims = claims_of(answered["id_token"])
    half = hashlib.sha256(answered["access_token"].encode()).digest()[:16]
    assert claims["iss"] == ISSUER
    assert claims["aud"] == visit.client.client_id
    assert claims["nonce"] == visit.nonce
    assert claims["amr"] == ["pwd"]
    assert claims["acr"] == "https://tongxing.example/ns/acr/l2"
    assert claims["auth_time"] == claims["iat"] == int(provider.clock.now().timestamp())
    assert claims["exp"] == claims["iat"] + 600
    assert claims["at_hash"] == base64.urlsafe_b64encode(half).rstrip(b"=").decode()
    assert claims["sub"] != provider.people["zhangsanfeng"]
    assert set(claims) == {
        "iss", "sub", "aud", "iat", "exp", "auth_time", "acr", "amr", "sid", "at_hash", "nonce",
    }  # fmt: skip


def test_the_access_token_is_a_jwt_for_the_provider(browser, visit):
    claims = claims_of(tokens(browser, visit)["access_token"])

    assert claims["aud"] == claims["iss"] == ISSUER
    assert claims["exp"] - claims["iat"] == 600
    assert claims["client_id"] == visit.client.client_id
    assert claims["scope"] == "openid profile"


def test_an_l1_person_does_not_rise_by_signing_in(provider, browser, visit):
    provider.enter("ouyang", level=Level.L1, document_number="110000199912310084", phone=None)
    page = authorize(browser, visit).headers["Location"]
    sign_in(browser, page, "ouyang", PASSWORD)
    code = answer(decide(browser, page))["code"]

    id_token = redeem(browser, visit, code).json["id_token"]
    assert claims_of(id_token)["acr"] == "https://tongxing.example/ns/acr/l1"


def test_a_code_works_once_and_its_replay_revokes_what_it_gave(provider, browser, visit):
    code = walk(browser, visit)["code"]
    first = redeem(browser, visit, code).json

    replay = redeem(browser, visit, code)

    assert (replay.status_code, replay.json["error"]) == (400, "invalid_grant")
    assert userinfo(browser, first["access_token"]).status_code == 401
    refreshed = token(
        browser,
        visit.client,
        {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]},
    )
    assert refreshed.json["error"] == "invalid_grant"
    assert ("GrantRevoked", "code_replayed") in [
        (kind, details.get("reason")) for kind, details in provider.events()
    ]


def test_a_replay_after_half_a_minute_revokes_too(provider, browser, visit):
    code = walk(browser, visit)["code"]
    held = redeem(browser, visit, code).json
    provider.clock.advance(timedelta(seconds=30))

    assert redeem(browser, visit, code).json["error"] == "invalid_grant"
    assert userinfo(browser, held["access_token"]).status_code == 401


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"code": None}, "invalid_request"),
        ({"code": "wrong"}, "invalid_grant"),
        ({"redirect_uri": None}, "invalid_grant"),
        ({"redirect_uri": "https://rp.test/other"}, "invalid_grant"),
        ({"code_verifier": None}, "invalid_request"),
        ({"code_verifier": "x" * 43}, "invalid_grant"),
        ({"code_verifier": "short"}, "invalid_grant"),
        ({"code_verifier": "中" * 50}, "invalid_grant"),
        ({"grant_type": None}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "urn:ietf:params:oauth:grant-type:device_code"}, "unsupported_grant_type"),
    ],
)
def test_a_wrong_redemption_is_refused(browser, visit, change, error):
    code = walk(browser, visit)["code"]

    reply = redeem(browser, visit, change.pop("code", code) if "code" in change else code, **change)

    assert (reply.status_code, reply.json["error"]) == (400, error)
    assert reply.headers["Cache-Control"] == "no-store"


def test_a_code_of_another_client_is_refused(provider, browser, visit):
    code = walk(browser, visit)["code"]

    reply = redeem(browser, visit, code, client=provider.register())

    assert (reply.status_code, reply.json["error"]) == (400, "invalid_grant")
    # Nor does the other client take the code away from its own.
    assert redeem(browser, visit, code).status_code == 200


def test_a_code_expires_after_a_minute(provider, browser, visit):
    code = walk(browser, visit)["code"]
    provider.clock.advance(timedelta(seconds=61))

    assert redeem(browser, visit, code).json["error"] == "invalid_grant"


def test_a_code_that_failed_once_is_spent(browser, visit):
    code = walk(browser, visit)["code"]
    redeem(browser, visit, code, code_verifier="x" * 43)

    assert redeem(browser, visit, code).json["error"] == "invalid_grant"


def test_parameters_in_the_query_do_not_count(browser, visit):
    code = walk(browser, visit)["code"]
    query = f"/token?grant_type=authorization_code&code={code}"

    reply = browser.post(query, base_url=ISSUER, data={"client_id": "x"})

    assert reply.json["error"] == "invalid_request"


FORM = {"grant_type": "client_credentials"}


class TestClientAuthentication:
    """Who may use the token endpoint."""

    def test_the_secret_may_travel_in_the_form_for_a_client_that_registered_so(self, provider, browser):
        client = provider.register(token_endpoint_auth_method="client_secret_post")
        form = FORM | {"client_id": client.client_id, "client_secret": client.secret}

        assert token(browser, client, form, basic=False).status_code == 200
        assert token(browser, client, FORM).status_code == 401

    def test_a_client_of_basic_may_not_use_the_form(self, browser, client):
        form = FORM | {"client_id": client.client_id, "client_secret": client.secret}

        assert token(browser, client, form, basic=False).status_code == 401

    def test_two_ways_at_once_are_refused(self, browser, client):
        form = FORM | {"client_id": client.client_id, "client_secret": client.secret}

        assert token(browser, client, form).json["error"] == "invalid_request"

    def test_another_client_id_in_the_form_is_refused(self, browser, client):
        form = FORM | {"client_id": "other"}

        assert token(browser, client, form).json["error"] == "invalid_request"

    def test_a_confidential_client_may_not_come_without_its_secret(self, browser, client):
        form = FORM | {"client_id": client.client_id}

        assert token(browser, client, form, basic=False).status_code == 401

    @pytest.mark.parametrize(
        "header",
        [
            "Basic",
            "Basic ",
            "Basic !!!",
            "Basic " + base64.b64encode(b"\xff\xfe:\xff").decode(),
            "Basic " + base64.b64encode(b"no colon").decode(),
            "Basic " + base64.b64encode(b"a\x00b:c").decode(),
            "Basic " + base64.b64encode("用户:密码".encode()).decode(),
            "Basic " + base64.b64encode(b"a:" + b"x" * 5000).decode(),
            "Bearer abc",
            "Digest x",
        ],
    )
    def test_a_malformed_header_is_an_unknown_client(self, browser, header):
        reply = browser.post("/token", base_url=ISSUER, data=FORM, headers={"Authorization": header})

        assert (reply.status_code, reply.json["error"]) == (401, "invalid_client")
        assert reply.headers["WWW-Authenticate"] == 'Basic realm="clients", charset="UTF-8"'

    def test_an_unknown_client_and_a_wrong_secret_get_the_same_answer(self, browser, client):
        wrong = token(browser, replace(client, secret="wrong"), FORM)
        unknown = token(browser, replace(client, client_id="nobody"), FORM)

        assert wrong.status_code == unknown.status_code == 401
        assert wrong.json == unknown.json

    def test_a_public_client_redeems_with_its_verifier_alone(self, provider, browser):
        client = provider.register(token_endpoint_auth_method="none")

        assert "access_token" in tokens(browser, Visit(client))

    def test_a_public_client_cannot_act_for_itself(self, provider, browser):
        client = provider.register(token_endpoint_auth_method="none")

        assert token(browser, client, FORM).json["error"] == "unauthorized_client"

    def test_secrets_are_kept_as_digests(self, provider, client, tmp_path):
        provider.house.neighbours.check()
        kept = b"".join(path.read_bytes() for path in tmp_path.glob("idp.db*"))

        assert client.client_id.encode() in kept
        assert client.secret.encode() not in kept


class TestClientCredentials:
    """Clients on their own behalf."""

    def test_the_subject_is_the_client_and_no_refresh_token_comes(self, browser, client):
        reply = token(browser, client, {"grant_type": "client_credentials", "scope": "fund:read"})

        assert set(reply.json) == {"access_token", "token_type", "expires_in", "scope"}
        claims = claims_of(reply.json["access_token"])
        assert claims["sub"] == claims["client_id"] == client.client_id
        assert claims["scope"] == "fund:read"

    @pytest.mark.parametrize("scope", ["openid", "profile", "offline_access", "other:scope"])
    def test_scopes_of_people_and_unregistered_ones_are_refused(self, browser, client, scope):
        reply = token(browser, client, {"grant_type": "client_credentials", "scope": scope})

        assert (reply.status_code, reply.json["error"]) == (400, "invalid_scope")

    def test_such_a_token_opens_no_userinfo(self, browser, client):
        reply = token(browser, client, {"grant_type": "client_credentials"})

        assert userinfo(browser, reply.json["access_token"]).status_code == 403

    def test_a_client_that_did_not_register_the_grant_is_refused(self, provider, browser):
        client = provider.register(grant_types=["authorization_code"])

        reply = token(browser, client, {"grant_type": "client_credentials"})

        assert reply.json["error"] == "unauthorized_client"


class TestRefresh:
    """Rotation families."""

    def refresh(self, browser, client, value, **more):
        return token(browser, client, {"grant_type": "refresh_token", "refresh_token": value} | more)

    def test_each_token_is_replaced_by_another(self, browser, visit):
        first = tokens(browser, visit)

        second = self.refresh(browser, visit.client, first["refresh_token"]).json
        third = self.refresh(browser, visit.client, second["refresh_token"]).json

        values = {first["refresh_token"], second["refresh_token"], third["refresh_token"]}
        assert len(values) == 3
        assert userinfo(browser, third["access_token"]).status_code == 200
        old, new = claims_of(first["id_token"]), claims_of(third["id_token"])
        assert {name: old[name] for name in ("iss", "sub", "aud", "auth_time", "sid", "acr")} == {
            name: new[name] for name in ("iss", "sub", "aud", "auth_time", "sid", "acr")
        }
        assert "nonce" not in new

    def test_a_lost_answer_can_be_asked_for_again_and_the_family_keeps_one_end(self, browser, visit):
        first = tokens(browser, visit)
        lost = self.refresh(browser, visit.client, first["refresh_token"]).json

        again = self.refresh(browser, visit.client, first["refresh_token"]).json

        assert again["refresh_token"] == lost["refresh_token"]
        assert userinfo(browser, again["access_token"]).status_code == 200
        assert self.refresh(browser, visit.client, again["refresh_token"]).status_code == 200

    def test_a_lost_answer_is_no_answer_for_another_client(self, provider, browser, visit):
        first = tokens(browser, visit)
        self.refresh(browser, visit.client, first["refresh_token"])

        assert self.refresh(browser, provider.register(), first["refresh_token"]).status_code == 400

    def test_a_token_two_rotations_old_ends_the_family_within_the_grace_too(self, browser, visit):
        first = tokens(browser, visit)
        second = self.refresh(browser, visit.client, first["refresh_token"]).json
        third = self.refresh(browser, visit.client, second["refresh_token"]).json

        assert self.refresh(browser, visit.client, first["refresh_token"]).status_code == 400
        assert self.refresh(browser, visit.client, third["refresh_token"]).status_code == 400

    def test_reuse_is_noticed_whatever_else_is_sent(self, provider, browser, visit):
        first = tokens(browser, visit)
        second = self.refresh(browser, visit.client, first["refresh_token"]).json
        provider.clock.advance(timedelta(seconds=10))

        self.refresh(browser, visit.client, first["refresh_token"], scope="openid no:such")

        assert self.refresh(browser, visit.client, second["refresh_token"]).status_code == 400

    def test_a_refusal_leaves_the_token_as_good_as_it_was(self, browser, visit):
        first = tokens(browser, visit)

        for wrong in ({"scope": "openid phone"}, {"resource": "https://nobody.test/"}):
            assert self.refresh(browser, visit.client, first["refresh_token"], **wrong).status_code == 400

        second = self.refresh(browser, visit.client, first["refresh_token"]).json
        assert self.refresh(browser, visit.client, second["refresh_token"]).status_code == 200

    def test_a_repeat_after_sign_out_gets_nothing(self, browser, visit):
        first = tokens(browser, visit)
        self.refresh(browser, visit.client, first["refresh_token"])
        post(browser, "/sign-out", {"csrf_token": csrf(browser, "/")})

        assert self.refresh(browser, visit.client, first["refresh_token"]).status_code == 400

    def test_a_token_used_again_after_the_grace_ends_the_whole_family(self, provider, browser, visit):
        first = tokens(browser, visit)
        second = self.refresh(browser, visit.client, first["refresh_token"]).json
        provider.clock.advance(timedelta(seconds=10))

        again = self.refresh(browser, visit.client, first["refresh_token"])

        assert (again.status_code, again.json["error"]) == (400, "invalid_grant")
        newest = self.refresh(browser, visit.client, second["refresh_token"])
        assert newest.json["error"] == "invalid_grant"
        assert userinfo(browser, second["access_token"]).status_code == 401

    def test_a_forged_token_of_a_known_grant_revokes_nothing(self, browser, visit):
        first = tokens(browser, visit)
        version, grant_id, _, mark = first["refresh_token"].split(".")

        forged = self.refresh(browser, visit.client, f"{version}.{grant_id}.AAAACQ.{mark}")

        assert forged.json["error"] == "invalid_grant"
        assert self.refresh(browser, visit.client, first["refresh_token"]).status_code == 200

    def test_another_client_cannot_use_it_nor_end_the_family(self, provider, browser, visit):
        first = tokens(browser, visit)

        stolen = self.refresh(browser, provider.register(), first["refresh_token"])

        assert stolen.json["error"] == "invalid_grant"
        assert self.refresh(browser, visit.client, first["refresh_token"]).status_code == 200

    def test_the_scope_may_shrink_and_never_grow(self, browser, visit):
        first = tokens(browser, visit)

        wider = self.refresh(browser, visit.client, first["refresh_token"], scope="openid profile phone")
        narrower = self.refresh(browser, visit.client, first["refresh_token"], scope="openid")

        assert wider.json["error"] == "invalid_scope"
        assert narrower.json["scope"] == "openid"

    def test_it_ends_with_the_session_unless_it_was_to_outlive_it(self, browser, client):
        bound = tokens(browser, Visit(client))
        offline = tokens(browser, Visit(client), scope="openid offline_access")
        post(browser, "/sign-out", {"csrf_token": csrf(browser, "/")})

        assert self.refresh(browser, client, bound["refresh_token"]).json["error"] == ("invalid_grant")
        assert self.refresh(browser, client, offline["refresh_token"]).status_code == 200

    def test_it_ends_with_the_session_life(self, provider, browser, visit):
        first = tokens(browser, visit)
        provider.clock.advance(timedelta(hours=12, seconds=1))

        assert self.refresh(browser, visit.client, first["refresh_token"]).json["error"] == ("invalid_grant")

    def test_a_client_without_the_grant_gets_no_refresh_token(self, provider, browser):
        client = provider.register(grant_types=["authorization_code"])

        assert "refresh_token" not in tokens(browser, Visit(client))


def test_racing_for_a_code_has_one_winner_and_revokes_what_it_won(any_provider):
    provider, browser = any_provider, any_provider.browser()
    visit = Visit(provider.register())
    code = walk(browser, visit)["code"]

    with ThreadPoolExecutor(16) as pool:
        replies = list(pool.map(lambda _: redeem(provider.browser(), visit, code), range(16)))

    assert sorted(reply.status_code for reply in replies) == [200] + [400] * 15
    winner = next(reply.json for reply in replies if reply.status_code == 200)
    assert userinfo(browser, winner["access_token"]).status_code == 401


def test_racing_for_a_refresh_token_yields_one_next_token(any_provider):
    provider, browser = any_provider, any_provider.browser()
    visit = Visit(provider.register())
    form = {
        "grant_type": "refresh_token",
        "refresh_token": tokens(browser, visit)["refresh_token"],
    }

    with ThreadPoolExecutor(16) as pool:
        replies = list(pool.map(lambda _: token(provider.browser(), visit.client, form), range(16)))

    assert [reply.status_code for reply in replies] == [200] * 16
    (following,) = {reply.json["refresh_token"] for reply in replies}
    assert token(browser, visit.client, form | {"refresh_token": following}).status_code == 200


def test_racing_with_a_refresh_token_long_used_has_no_winner_and_ends_the_family(any_provider):
    provider, browser = any_provider, any_provider.browser()
    visit = Visit(provider.register())
    form = {
        "grant_type": "refresh_token",
        "refresh_token": tokens(browser, visit)["refresh_token"],
    }
    newest = token(browser, visit.client, form).json["refresh_token"]
    provider.clock.advance(timedelta(seconds=10))

    with ThreadPoolExecutor(16) as pool:
        replies = list(pool.map(lambda _: token(provider.browser(), visit.client, form), range(16)))

    assert [reply.status_code for reply in replies] == [400] * 16
    assert token(browser, visit.client, form | {"refresh_token": newest}).status_code == 400
    revoked = [event for kind, event in provider.events() if kind == "GrantRevoked"]
    assert [event["reason"] for event in revoked] == ["refresh_token_reused"]
