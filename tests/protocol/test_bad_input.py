"""Every parameter of every endpoint, in every bad shape: an OAuth error or a page, never a bug."""

from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.provider import ISSUER
from tests.support.relying_party import Visit, post

SHAPES = {
    "empty": "",
    "long": "a" * 100_000,
    "chinese": "中文 参数",
    "quotes": "\"'`<script>alert(1)</script>",
    "newline": "a\r\nSet-Cookie: x=y",
    "nul": "a\x00b",
    "number": "1",
    "json": '{"a": [1]}',
    "percent": "%",
    "braces": "{{7*7}}${7*7}",
}
AUTHORIZE = [
    "client_id",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "prompt",
    "max_age",
    "ui_locales",
    "login_hint",
    "response_mode",
    "acr_values",
    "claims",
    "request",
    "request_uri",
    "display",
    "id_token_hint",
    "unknown",
]
TOKEN = [
    "grant_type",
    "code",
    "redirect_uri",
    "code_verifier",
    "refresh_token",
    "scope",
    "client_id",
    "client_secret",
    "client_assertion",
    "client_assertion_type",
    "unknown",
]
LOGOUT = ["id_token_hint", "client_id", "post_logout_redirect_uri", "state", "logout_hint", "ui_locales"]


def is_sound(reply, shape):
    assert reply.status_code < 500, reply.text
    for name, value in reply.headers:
        assert "\n" not in value, name
    location = reply.headers.get("Location", "")
    assert location.startswith(("/interaction/", "/logout?", "https://rp.test/")) or not location, location
    assert not any(cookie.startswith("x=") for cookie in reply.headers.getlist("Set-Cookie"))
    if len(shape) > 1 and reply.mimetype == "text/html":
        assert "<script>alert" not in reply.text
        assert "49" not in reply.text or "{{7*7}}" not in shape


@pytest.mark.parametrize("name", AUTHORIZE)
@pytest.mark.parametrize("shape", SHAPES)
def test_authorize_survives(browser, visit, name, shape):
    params = {**visit.params(), name: SHAPES[shape]}
    query = "&".join(f"{key}={quote(value)}" for key, value in params.items())

    is_sound(browser.get(f"/authorize?{query}", base_url=ISSUER), SHAPES[shape])
    is_sound(post(browser, "/authorize", params), SHAPES[shape])


@pytest.mark.parametrize("name", TOKEN)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("grant", ["authorization_code", "refresh_token", "client_credentials"])
def test_token_survives(browser, name, shape, grant):
    form = {"grant_type": grant, "code": "x", "refresh_token": "x", "code_verifier": "v" * 43}

    reply = browser.post("/token", base_url=ISSUER, data={**form, name: SHAPES[shape]})

    is_sound(reply, SHAPES[shape])
    assert reply.json["error"]
    assert reply.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", LOGOUT)
@pytest.mark.parametrize("shape", SHAPES)
def test_logout_survives(browser, name, shape):
    is_sound(browser.get("/logout", base_url=ISSUER, query_string={name: SHAPES[shape]}), SHAPES[shape])


@pytest.mark.parametrize(
    "body",
    [b"\xff\xfe", b"%ff%fe=%ff", b"a=%ED%A0%80", b"&" * 10_000, b"a=b;" * 200, b"grant_type"],
)
def test_bodies_that_are_no_form_are_refused(browser, body):
    reply = browser.post(
        "/token",
        base_url=ISSUER,
        data=body,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )

    assert (reply.status_code, reply.json["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", "", "x"])
def test_another_content_type_is_refused(browser, kind):
    reply = browser.post(
        "/token", base_url=ISSUER, data=b'{"grant_type":"x"}', headers={"Content-Type": kind}
    )

    assert (reply.status_code, reply.json["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_another_method_is_refused(browser, method):
    reply = browser.open("/token", method=method, base_url=ISSUER)

    assert reply.status_code == 405
    assert "POST" in reply.headers["Allow"]
    assert reply.json["error"] == "invalid_request"


def test_an_unknown_page_is_a_page(browser):
    reply = browser.get("/no/such/page", base_url=ISSUER)

    assert reply.status_code == 404
    assert "/no/such/page" not in reply.text


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(AUTHORIZE), st.text(max_size=60)))
def test_any_authorization_request_is_answered(provider, params):
    reply = provider.browser().get(
        "/authorize",
        base_url=ISSUER,
        query_string={k: v.encode("utf-8", "surrogatepass") for k, v in params.items()},
    )

    assert reply.status_code < 500


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([*AUTHORIZE[1:]]), st.text(max_size=60))
def test_any_one_parameter_of_a_right_request_is_answered(provider, name, value):
    client = getattr(provider, "kept", None) or provider.register()
    provider.kept = client

    reply = provider.browser().get(
        "/authorize",
        base_url=ISSUER,
        query_string={
            **Visit(client).params(),
            name: value.encode("utf-8", "surrogatepass"),
        },
    )

    assert reply.status_code < 500
    is_sound(reply, value)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200))
def test_any_authorization_header_is_answered(provider, value):
    for address in ("/userinfo", "/token"):
        reply = provider.browser().post(
            address,
            base_url=ISSUER,
            data={"grant_type": "client_credentials"},
            environ_overrides={"HTTP_AUTHORIZATION": value.decode("latin-1")},
        )
        assert reply.status_code in {400, 401}
