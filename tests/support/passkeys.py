"""A person's side of passkeys: made on the account's page, shown at a visit's page."""

import json
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.authenticator import Authenticator
from tests.support.relying_party import csrf, get, post

PASSKEYS = "/account/security/passkeys"


def add_passkey(browser: FlaskClient, device: Authenticator, called: str = "My phone") -> TestResponse:
    """Let the signed-in person keep a passkey of *device*."""
    options = get(browser, f"{PASSKEYS}/options").json
    form = {
        "csrf_token": csrf(browser, PASSKEYS),
        "credential": json.dumps(device.create(dict(options or {}))),
        "called": called,
    }
    return post(browser, PASSKEYS, form)


def use_passkey(browser: FlaskClient, page: str, device: Authenticator, **changes: str) -> TestResponse:
    """Sign in with *device* at the visit's *page*; *changes* replace members of its response."""
    options = get(browser, f"{page}/passkey/options").json
    return send_passkey(browser, page, device.get(dict(options or {}), **changes))


def send_passkey(browser: FlaskClient, page: str, made: dict[str, Any]) -> TestResponse:
    """Send what a device answered to the visit's *page*."""
    form = {"csrf_token": csrf(browser, page), "credential": json.dumps(made)}
    return post(browser, f"{page}/passkey", form)
