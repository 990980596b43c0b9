"""A person without a browser: fills the provider's forms and says yes."""

import re
from urllib.parse import urljoin

import requests

from tests.support.provider import PASSWORD

HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"')
ACTION = re.compile(r'<form[^>]*action="([^"]+/(?:sign-in|consent))"')
MAX_STEPS = 10


def visit(browser: requests.Session, url: str, *portal: str) -> str:
    """Open *url*, go through every page that is shown, and return the address at one of *portal*'s."""
    reply = browser.get(url, allow_redirects=False)
    for _ in range(MAX_STEPS):
        if location := reply.headers.get("Location"):
            address = urljoin(reply.url, location)
            if address.startswith(portal):
                return address
            reply = browser.get(address, allow_redirects=False)
            continue
        action = ACTION.search(reply.text)
        if action is None:
            raise AssertionError(f"A page without a way on, status {reply.status_code}: {reply.text}")
        form = dict(HIDDEN.findall(reply.text)) | {"decision": "allow"}
        form |= {"username": "zhangsanfeng", "password": PASSWORD}
        address = urljoin(reply.url, action.group(1))
        reply = browser.post(address, data=form, headers={"Referer": reply.url}, allow_redirects=False)
    raise AssertionError("The visit does not end.")
