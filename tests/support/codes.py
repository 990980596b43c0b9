"""A person's side of codes from an app: the app, and the pages where it is added and used."""

import re
from datetime import datetime

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from idp.adapters.codes import PyotpCodes
from tests.support.clock import FakeClock
from tests.support.relying_party import csrf, get, post

CODES = "/account/security/codes"
KEY = re.compile(r"[?&]secret=([A-Z2-7]{32})")


class App:
    """An app on a phone, with the right time."""

    def __init__(self, clock: FakeClock, secret: str) -> None:
        self.clock = clock
        self.secret = secret

    def code(self, steps: int = 0) -> str:
        """Return what the app shows, so many *steps* from now."""
        now: datetime = self.clock.now()
        return PyotpCodes("").code(self.secret, int(now.timestamp()) // 30 + steps)

    def wrong(self) -> str:
        """Return six digits that the app does not show around now."""
        near = {self.code(steps) for steps in (-1, 0, 1)}
        return next(each for each in ("000000", "111111", "222222", "333333") if each not in near)


def scan(browser: FlaskClient, clock: FakeClock) -> App:
    """Let an app take the secret that the signed-in person is offered."""
    return App(clock, KEY.findall(get(browser, CODES).text)[0])


def type_code(browser: FlaskClient, code: str) -> TestResponse:
    """Type the first code of the app."""
    return post(browser, CODES, {"csrf_token": csrf(browser, "/account/settings"), "code": code})


def add_app(browser: FlaskClient, clock: FakeClock) -> App:
    """Add an app to the account of the signed-in person."""
    app = scan(browser, clock)
    assert type_code(browser, app.code()).status_code == 303
    return app
