"""Which endpoints the pages of other sites may call."""

import pytest

from tests.support.provider import ISSUER
from tests.support.relying_party import get

ORIGIN = "https://app.test"
PUBLIC = {
    "/.well-known/openid-configuration": "GET",
    "/.well-known/oauth-authorization-server": "GET",
    "/jwks": "GET",
    "/jwks/history": "GET",
    "/userinfo": "GET",
    "/token": "POST",
    "/revoke": "POST",
}
CLOSED = {
    "/": "GET",
    "/authorize": "GET",
    "/introspect": "POST",
    "/par": "POST",
    "/logout": "GET",
    "/logout/confirm": "POST",
    "/sign-out": "POST",
    "/interaction/x": "GET",
    "/interaction/x/sign-in": "POST",
    "/interaction/x/consent": "POST",
    "/health/ready": "GET",
    "/no-such-page": "GET",
}


def preflight(browser, path, method):
    return browser.options(
        path,
        base_url=ISSUER,
        headers={
            "Origin": ORIGIN,
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": "authorization",
        },
    )


def cors(reply):
    return {name for name in reply.headers.keys() if name.startswith("Access-Control-")}  # noqa: SIM118


@pytest.mark.parametrize(("path", "method"), PUBLIC.items())
def test_a_browser_is_told_that_any_page_may_call_what_is_public(browser, path, method):
    reply = preflight(browser, path, method)

    assert reply.status_code == 200
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    assert method in reply.headers["Access-Control-Allow-Methods"].split(", ")
    assert reply.headers["Access-Control-Allow-Headers"] == "Authorization, Content-Type"
    assert reply.headers["Access-Control-Max-Age"] == "3600"
    assert "Access-Control-Allow-Credentials" not in reply.headers
    assert "Set-Cookie" not in reply.headers


@pytest.mark.parametrize(("path", "method"), PUBLIC.items())
def test_answers_and_errors_of_what_is_public_can_be_read(browser, path, method):
    reply = browser.open(path, base_url=ISSUER, method=method, headers={"Origin": ORIGIN})

    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    assert cors(reply) == {"Access-Control-Allow-Origin", "Access-Control-Expose-Headers"}


def test_a_page_can_read_why_userinfo_refuses(browser):
    reply = browser.get("/userinfo", base_url=ISSUER, headers={"Origin": ORIGIN, "Authorization": "Bearer x"})

    assert reply.status_code == 401
    assert 'error="invalid_token"' in reply.headers["WWW-Authenticate"]
    assert reply.headers["Access-Control-Expose-Headers"] == "WWW-Authenticate"
    assert reply.headers["Access-Control-Allow-Origin"] == "*"


def test_a_wrong_method_can_be_read_too(browser):
    reply = browser.get("/token", base_url=ISSUER, headers={"Origin": ORIGIN})

    assert (reply.status_code, reply.headers["Access-Control-Allow-Origin"]) == (405, "*")


@pytest.mark.parametrize(("path", "method"), CLOSED.items())
def test_nothing_else_can_be_called_from_other_sites(browser, path, method):
    assert cors(preflight(browser, path, method)) == set()
    reply = browser.open(path, base_url=ISSUER, method=method, headers={"Origin": ORIGIN})
    assert cors(reply) == set()


def test_every_endpoint_of_the_discovery_document_is_public_or_closed_on_purpose(browser):
    metadata = get(browser, "/.well-known/openid-configuration").json
    addresses = {
        address.removeprefix(ISSUER)
        for name, address in metadata.items()
        if name.endswith("_endpoint") or name == "jwks_uri"
    }

    assert addresses <= PUBLIC.keys() | CLOSED.keys()
