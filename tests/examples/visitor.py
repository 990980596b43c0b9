"""A portal in this process, and somebody who visits it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from examples.identity import Portal
from examples.languages import Text
from examples.portal import create_portal
from examples.settings import Settings, Sibling
from examples.zhejiang import ZHEJIANG
from tests.examples.stub import CLIENT_ID, CLIENT_SECRET, Stub

URL = "http://localhost:8001"


def settings_for(stub: Stub, url: str = URL) -> Settings:
    return Settings(
        issuer=stub.issuer,
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        url=url,
        secret_key="k" * 32,
        siblings=(Sibling(Text("广东", "Guangdong"), "http://localhost:8002"),),
    )


@dataclass
class Visitor:
    """A browser at a portal, which follows redirects to the provider by hand."""

    browser: FlaskClient

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.browser.get(path, base_url=URL, **more)

    def walk_to_provider(self, path: str = "/login") -> str:
        """Begin to sign in; return the address of the callback with the provider's answer."""
        location = self.get(path).headers["Location"]
        with requests.get(location, allow_redirects=False, timeout=5) as reply:
            back = urlsplit(reply.headers["Location"])
        return f"{back.path}?{back.query}"

    def sign_in(self) -> TestResponse:
        return self.get(self.walk_to_provider())

    def cookie(self, name: str) -> str | None:
        cookie = self.browser.get_cookie(name, domain="localhost")
        return cookie.value if cookie else None


def visit(stub: Stub, portal: Portal = ZHEJIANG) -> Visitor:
    """Start *portal* in this process and return somebody who has just arrived."""
    return Visitor(create_portal(portal, settings_for(stub)).test_client())
