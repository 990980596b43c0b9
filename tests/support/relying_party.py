"""A relying party's side of the code flow, step by step, so that each step can be done wrongly."""

import base64
import hashlib
import json
import re
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.provider import ISSUER, PASSWORD, Registered

HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"')
CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass
class Visit:
    """One authorization request and what belongs to it."""

    client: Registered
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    state: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(16))

    def params(self, **changes: Any) -> dict[str, str]:
        """Return the parameters of the request; a change to None leaves one out."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest())
        usual = {
            "client_id": self.client.client_id,
            "redirect_uri": self.client.redirect_uri,
            "response_type": "code",
            "scope": "openid profile",
            "state": self.state,
            "nonce": self.nonce,
            "code_challenge": challenge.rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        return {name: value for name, value in (usual | changes).items() if value is not None}


def get(browser: FlaskClient, url: str) -> TestResponse:
    """Fetch *url* at the provider over https."""
    return browser.get(url, base_url=ISSUER)


def post(browser: FlaskClient, url: str, form: dict[str, Any], **more: Any) -> TestResponse:
    """Post *form* to *url* at the provider over https, as its own page would."""
    headers = {"Referer": f"{ISSUER}/", **more.pop("headers", {})}
    return browser.post(url, base_url=ISSUER, data=form, headers=headers, **more)


def authorize(browser: FlaskClient, visit: Visit, **changes: Any) -> TestResponse:
    """Begin the visit in *browser*."""
    return get(browser, f"/authorize?{urlencode(visit.params(**changes))}")


def sign_in(
    browser: FlaskClient, page: str, username: str = "zhangsanfeng", password: str = PASSWORD
) -> TestResponse:
    """Fill the sign-in form of the visit at *page*."""
    form = {"csrf_token": csrf(browser, page), "username": username, "password": password}
    return post(browser, f"{page}/sign-in", form)


def decide(
    browser: FlaskClient,
    page: str,
    decision: str = "allow",
    sensitive: tuple[str, ...] = (),
    lasting: str = "until-withdrawn",
) -> TestResponse:
    """Answer the consent form of the visit at *page*."""
    shown = get(browser, page).text
    answers = {"decision": decision, "sensitive": list(sensitive), "lasting": lasting}
    form = dict(HIDDEN.findall(shown)) | answers
    return post(browser, f"{page}/consent", form)


def walk(browser: FlaskClient, visit: Visit, **changes: Any) -> dict[str, str]:
    """Go through every page that is asked for, saying yes; return the answer's parameters."""
    reply = authorize(browser, visit, **changes)
    for _ in range(6):
        location = reply.headers.get("Location", "")
        if reply.status_code == 303 and not location.startswith("/"):
            return answer(reply)
        page = urlsplit(location).path or reply.request.path
        shown = get(browser, page)
        if shown.status_code == 303:
            reply = shown
        elif 'name="password"' in shown.text:
            reply = sign_in(browser, page)
        else:
            reply = decide(browser, page)
    raise AssertionError("The visit does not end.")


def answer(reply: TestResponse) -> dict[str, str]:
    """Return the parameters of an authorization answer."""
    return dict(parse_qsl(urlsplit(reply.headers["Location"]).query))


def token(
    browser: FlaskClient, client: Registered, form: dict[str, Any], *, basic: bool = True
) -> TestResponse:
    """Post to the token endpoint as *client*."""
    return ask(browser, "/token", client if basic or not client.secret else None, **form)


def ask(browser: FlaskClient, address: str, client: Registered | None, **form: Any) -> TestResponse:
    """Post *form* to an endpoint of programs as *client*: with its secret, or by name if it has none."""
    headers = {}
    if client and client.secret:
        pair = base64.b64encode(f"{client.client_id}:{client.secret}".encode()).decode()
        headers["Authorization"] = f"Basic {pair}"
    elif client:
        form = {"client_id": client.client_id} | form
    return browser.post(address, base_url=ISSUER, data=form, headers=headers)


def redeem(
    browser: FlaskClient, visit: Visit, code: str, client: Registered | None = None, **changes: Any
) -> TestResponse:
    """Redeem *code*; a change to None leaves a parameter out."""
    usual = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": visit.client.redirect_uri,
        "code_verifier": visit.verifier,
    }
    form = {name: value for name, value in (usual | changes).items() if value is not None}
    return token(browser, client or visit.client, form)


def tokens(browser: FlaskClient, visit: Visit, **changes: Any) -> dict[str, Any]:
    """Walk the whole flow and return the token response."""
    reply = redeem(browser, visit, walk(browser, visit, **changes)["code"])
    assert reply.status_code == 200, reply.text
    return dict(reply.json)


def token_for(browser: FlaskClient, visit: Visit, resource: str) -> dict[str, Any]:
    """Walk the whole flow and return the token response for *resource* alone."""
    reply = redeem(browser, visit, walk(browser, visit, resource=resource)["code"], resource=resource)
    assert reply.status_code == 200, reply.text
    return dict(reply.json)


def userinfo(browser: FlaskClient, access_token: str) -> TestResponse:
    """Ask UserInfo."""
    return browser.get("/userinfo", base_url=ISSUER, headers={"Authorization": f"Bearer {access_token}"})


def claims_of(jwt: str) -> dict[str, Any]:
    """Return the payload of *jwt* without checking anything."""
    segment = jwt.split(".")[1]
    return dict(json.loads(base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))))


def csrf(browser: FlaskClient, page: str) -> str:
    """Return the form guard's token on *page*."""
    shown = get(browser, page)
    found = CSRF.search(shown.text)
    assert found, shown.text[:2000]
    return found.group(1)
