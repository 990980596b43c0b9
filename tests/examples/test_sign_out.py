"""The way out."""

from urllib.parse import parse_qs, urlsplit

from joserfc import jwt

from tests.examples.stub import KEY
from tests.examples.visitor import URL


def test_signing_out_ends_the_session_here_and_asks_the_provider_to(stub, visitor):
    visitor.sign_in()

    location = urlsplit(visitor.get("/logout").headers["Location"])

    asked = parse_qs(location.query)
    assert f"{location.scheme}://{location.netloc}{location.path}" == f"{stub.issuer}/logout"
    assert asked["client_id"] == ["portal"]
    assert asked["post_logout_redirect_uri"] == [f"{URL}/"]
    assert len(asked["state"][0]) >= 20
    assert jwt.decode(asked["id_token_hint"][0], KEY).claims["sub"] == "person-at-portal"
    assert visitor.get("/me.json").status_code == 401


def test_a_session_that_was_ended_cannot_be_used_again(visitor):
    visitor.sign_in()
    key = visitor.cookie("zj_session")
    visitor.get("/logout")

    visitor.browser.set_cookie("zj_session", key, domain="localhost")

    assert visitor.get("/me.json").status_code == 401


def test_coming_back_from_signing_out_is_confirmed_once(visitor):
    visitor.sign_in()
    state = parse_qs(urlsplit(visitor.get("/logout").headers["Location"]).query)["state"][0]

    assert "您已安全退出" in visitor.get(f"/?state={state}").text
    assert "您已安全退出" not in visitor.get(f"/?state={state}").text


def test_a_form_signs_out_too(stub, visitor):
    visitor.sign_in()

    reply = visitor.browser.post("/logout", base_url=URL)

    assert reply.status_code == 303
    assert reply.headers["Location"].startswith(f"{stub.issuer}/logout?")


def test_nobody_to_sign_out_leads_home(visitor):
    assert visitor.get("/logout").headers["Location"] == "/"


def test_a_provider_without_sign_out_still_ends_the_session_here(stub, visitor):
    stub.metadata = {"end_session_endpoint": ""}
    visitor.sign_in()

    assert visitor.get("/logout").headers["Location"] == "/"
    assert visitor.get("/me.json").status_code == 401
