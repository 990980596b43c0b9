"""UserInfo: what the grant releases, and to whom not."""

from datetime import timedelta

import pytest

from tests.support.provider import ISSUER, open_provider
from tests.support.relying_party import Visit, claims_of, csrf, post, tokens, userinfo


def test_claims_follow_the_granted_scopes(browser, visit):
    answered = tokens(browser, visit, scope="openid profile phone")

    reply = userinfo(browser, answered["access_token"])

    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.json == {
        "sub": claims_of(answered["id_token"])["sub"],
        "name": "张**",
        "updated_at": 1795327202,
        "phone_number": "+8610000000001",
        "phone_number_verified": True,
    }


def test_openid_alone_tells_the_pseudonym_and_nothing_else(browser, visit):
    answered = tokens(browser, visit, scope="openid")

    assert set(userinfo(browser, answered["access_token"]).json) == {"sub"}


def test_a_post_is_answered_too(browser, visit):
    access_token = tokens(browser, visit)["access_token"]

    reply = browser.post("/userinfo", base_url=ISSUER, headers={"Authorization": f"Bearer {access_token}"})

    assert reply.status_code == 200


@pytest.mark.parametrize("header", [None, "", "Basic eDp5", "Bearer", "Bearer "])
def test_without_a_token_no_error_is_named(browser, header):
    reply = browser.get("/userinfo", base_url=ISSUER, headers={"Authorization": header} if header else {})

    assert reply.status_code == 401
    assert reply.headers["WWW-Authenticate"] == "Bearer"


# A header whose member crit is the number 1.
ODD_HEADER = "eyJhbGciOiJSUzI1NiIsImtpZCI6IngiLCJjcml0IjoxfQ.e30.x"


@pytest.mark.parametrize("value", ["x", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "中", ODD_HEADER])
def test_a_token_that_is_none_is_refused(browser, value):
    reply = browser.get("/userinfo", base_url=ISSUER, headers={"Authorization": f"Bearer {value}".encode()})

    assert reply.status_code == 401


def test_an_expired_token_is_refused(provider, browser, visit):
    access_token = tokens(browser, visit)["access_token"]
    provider.clock.advance(timedelta(seconds=601))

    reply = userinfo(browser, access_token)

    assert reply.status_code == 401
    assert reply.json["error"] == "invalid_token"
    assert 'error="invalid_token"' in reply.headers["WWW-Authenticate"]


def test_an_id_token_is_no_access_token(browser, visit):
    id_token = tokens(browser, visit)["id_token"]

    assert userinfo(browser, id_token).status_code == 401


def test_a_token_may_come_in_a_posted_form(browser, visit):
    form = {"access_token": tokens(browser, visit)["access_token"]}

    assert browser.post("/userinfo", base_url=ISSUER, data=form).status_code == 200


def test_a_token_comes_in_one_way(browser, visit):
    form = {"access_token": tokens(browser, visit)["access_token"]}
    header = {"Authorization": f"Bearer {form['access_token']}"}

    reply = browser.post("/userinfo", base_url=ISSUER, data=form, headers=header)

    assert (reply.status_code, reply.json["error"]) == (400, "invalid_request")


def test_a_form_without_a_token_is_no_token(browser):
    for form in ({"access_token": ""}, {"token": "x"}, {"access_token": "中"}):
        assert browser.post("/userinfo", base_url=ISSUER, data=form).status_code == 401


def test_a_token_in_the_query_does_not_count(browser, visit):
    access_token = tokens(browser, visit)["access_token"]

    assert browser.get(f"/userinfo?access_token={access_token}", base_url=ISSUER).status_code == 401


def test_a_withdrawn_consent_ends_the_token(browser, visit):
    access_token = tokens(browser, visit)["access_token"]
    form = {"csrf_token": csrf(browser, "/")}
    post(browser, f"/consents/{visit.client.client_id}/withdraw", form)

    assert userinfo(browser, access_token).status_code == 401


def test_signing_out_ends_the_token(browser, visit):
    access_token = tokens(browser, visit)["access_token"]
    post(browser, "/sign-out", {"csrf_token": csrf(browser, "/")})

    assert userinfo(browser, access_token).status_code == 401


def test_a_token_from_another_issuer_is_refused(browser, tmp_path):
    folder = tmp_path / "other"
    other = open_provider(folder, database_url=f"sqlite:///{folder}/idp.db")
    other.enter()
    theirs = tokens(other.browser(), Visit(other.register()))["access_token"]

    assert userinfo(browser, theirs).status_code == 401
