"""Every parameter of every endpoint, in every bad shape: an OAuth error or a page, never a bug."""

import base64
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.provider import ISSUER
from tests.support.relying_party import Visit, authorize, csrf, tokens, walk

# As they stand in a form; None leaves the parameter out, a pair gives it twice.
SHAPES: dict[str, str | tuple[str, str] | None] = {
    "absent": None,
    "doubled": ("one", "two"),
    "empty": "",
    "long": "a" * 100_000,
    "chinese": "中文 参数",
    "quotes": "\"'`<script>alert(1)</script>",
    "newline": "a\r\nSet-Cookie: x=y",
    "nul": "a\x00b",
    "surrogate": "a\ud800b",
    "number": "1",
    "json": '{"a": [1]}',
    "list": "[[[]]]",
    "percent": "%",
    "braces": "{{7*7777}}${7*7777}",
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
    "claims_locales",
    "login_hint",
    "response_mode",
    "acr_values",
    "authorization_details",
    "claims",
    "request",
    "request_uri",
    "registration",
    "resource",
    "display",
    "id_token_hint",
    "unknown",
]
AUTHENTICATION = ["client_id", "client_secret", "client_assertion", "client_assertion_type"]
CODE = ["grant_type", "code", "redirect_uri", "code_verifier", "resource", "authorization_details", "unknown"]
REFRESH = ["grant_type", "refresh_token", "scope", "resource", "authorization_details"]
OWN = ["grant_type", "scope", "resource", "authorization_details"]
TOKEN = ["token", "token_type_hint", "unknown"]
LOGOUT = ["id_token_hint", "client_id", "post_logout_redirect_uri", "state", "logout_hint", "ui_locales"]


def written(params, name, shape):
    """Return the body in which *name* has this shape."""
    pairs = [(key, value) for key, value in params.items() if key != name]
    if shape is not None:
        pairs += [(name, value) for value in (shape if isinstance(shape, tuple) else (shape,))]
    return "&".join(f"{key}={quote(value, errors='surrogatepass')}" for key, value in pairs)


def is_sound(reply, shape):
    assert reply.status_code < 500, reply.text
    for name, value in reply.headers:
        assert "\n" not in value, name
    location = reply.headers.get("Location", "")
    assert location.startswith(("/interaction/", "/logout", "https://rp.test/")) or not location, location
    assert not any(cookie.startswith("x=") for cookie in reply.headers.getlist("Set-Cookie"))
    assert "<script>alert" not in reply.text or reply.mimetype != "text/html"
    if shape == SHAPES["braces"]:
        assert "54439" not in reply.text
    if reply.status_code >= 400 and reply.mimetype == "application/json":
        assert reply.json.get("error", "").isascii()
        assert reply.headers["Cache-Control"] == "no-store"


def send(browser, path, body, client=None):
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"{ISSUER}/"}
    if client:
        pair = base64.b64encode(f"{client.client_id}:{client.secret}".encode()).decode()
        headers["Authorization"] = f"Basic {pair}"
    return browser.post(path, base_url=ISSUER, data=body, headers=headers)


@pytest.mark.parametrize("name", AUTHORIZE)
def test_authorize_survives(browser, visit, name):
    for shape in SHAPES.values():
        body = written(visit.params(), name, shape)
        is_sound(browser.get(f"/authorize?{body}", base_url=ISSUER), shape)
        is_sound(send(browser, "/authorize", body), shape)


@pytest.mark.parametrize("name", AUTHORIZE)
def test_pushing_survives(browser, visit, name):
    for shape in SHAPES.values():
        reply = send(browser, "/par", written(visit.params(), name, shape), visit.client)
        is_sound(reply, shape)
        assert reply.status_code in {201, 400, 401, 413}


@pytest.mark.parametrize(
    ("form", "name"),
    [
        *(({"grant_type": "authorization_code"}, name) for name in [*CODE, *AUTHENTICATION]),
        *(({"grant_type": "refresh_token"}, name) for name in REFRESH),
        *(({"grant_type": "client_credentials"}, name) for name in OWN),
    ],
)
def test_token_survives(browser, visit, form, name):
    held = tokens(browser, visit)["refresh_token"]
    form |= {"code": walk(browser, visit)["code"], "redirect_uri": visit.client.redirect_uri}
    form |= {"refresh_token": held, "code_verifier": visit.verifier}
    for shape in SHAPES.values():
        reply = send(browser, "/token", written(form, name, shape), visit.client)
        is_sound(reply, shape)
        assert reply.status_code in {200, 400, 401, 413}


@pytest.mark.parametrize("path", ["/introspect", "/revoke"])
@pytest.mark.parametrize("name", [*TOKEN, *AUTHENTICATION])
def test_what_is_asked_about_a_token_survives(browser, visit, path, name):
    form = {"token": tokens(browser, visit)["access_token"]}
    for shape in SHAPES.values():
        reply = send(browser, path, written(form, name, shape), visit.client)
        is_sound(reply, shape)
        assert reply.status_code in {200, 400, 401, 413}


def test_userinfo_survives(browser):
    for shape in SHAPES.values():
        reply = send(browser, "/userinfo", written({}, "access_token", shape))
        is_sound(reply, shape)
        assert reply.status_code in {400, 401, 413}


@pytest.mark.parametrize("name", LOGOUT)
def test_logout_survives(browser, name):
    for shape in SHAPES.values():
        body = written({}, name, shape)
        is_sound(browser.get(f"/logout?{body}", base_url=ISSUER), shape)
        is_sound(send(browser, "/logout", body), shape)


@pytest.mark.parametrize("name", ["username", "password", "csrf_token"])
def test_the_sign_in_form_survives(browser, visit, name):
    for shape in SHAPES.values():
        page = authorize(browser, visit).headers["Location"]
        form = {"csrf_token": csrf(browser, page), "username": "nobody", "password": "x"}
        reply = send(browser, f"{page}/sign-in", written(form, name, shape))
        is_sound(reply, shape)
        assert reply.status_code in {400, 413, 422, 429}


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
