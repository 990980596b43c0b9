"""A transfer that was proved by a passkey, and what the client was given for it."""

import json
from typing import Any

from flask.testing import FlaskClient

from tests.support.authenticator import Authenticator
from tests.support.passkeys import add_passkey
from tests.support.relying_party import Visit, answer, csrf, get, post, redeem, sign_in
from tests.support.transactions import KINDS, come_to_page, confirm, transfer

PROVED = KINDS[3]


def prove_transfer(browser: FlaskClient, visit: Visit) -> dict[str, Any]:
    """Return the token response, with a receipt in it."""
    told: dict[str, Any] = redeem(browser, visit, code_for_proof(browser, visit)).get_json()
    return told


def code_for_proof(browser: FlaskClient, visit: Visit) -> str:
    """Return the code of a transfer that was proved."""
    device = Authenticator()
    sign_in(browser, get(browser, "/sign-in").headers["Location"])
    add_passkey(browser, device)
    page = come_to_page(browser, visit, transfer(type=PROVED))
    confirm(browser, page)
    made = device.get(dict(get(browser, f"{page}/proof/options").json or {}))
    form = {"csrf_token": csrf(browser, page), "credential": json.dumps(made)}
    return answer(post(browser, f"{page}/proof", form))["code"]
