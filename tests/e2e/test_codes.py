"""Codes from an app in Chromium: added, and typed with the keyboard alone where a second way is needed."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from flask import Flask
from playwright.sync_api import expect

from tests.support.codes import KEY, App
from tests.support.listening import listening
from tests.support.ports import free_port
from tests.support.provider import PASSWORD
from tests.support.relying_party import Visit
from tests.support.transactions import open_with_types, register, transfer, written

CODES = "/account/security/codes"
PRESS = "form.tx-passkey button"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
}


@pytest.fixture
def port():
    return free_port(row=2)


@pytest.fixture
def issuer(port):
    return f"http://localhost:{port}"


@pytest.fixture
def provider(tmp_path, port, issuer):
    opened = open_with_types(tmp_path, issuer=issuer)
    with listening(opened.house.app, port):
        yield opened


@pytest.fixture
def signed_in(page, provider, issuer):
    """Return the page of somebody who signed in and has a passkey."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable", {"enableUI": False})
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    page.goto(f"{issuer}/sign-in?next=/account/security/passkeys")
    page.fill("[name=username]", "zhangsanfeng")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_selector("#called")
    page.click(PRESS)
    page.wait_for_url("**/account/security?done=passkey-added")
    return page


def add(page, provider, issuer):
    """Add an app by the keyboard; return it."""
    page.goto(f"{issuer}{CODES}")
    app = App(provider.clock, KEY.findall(page.content())[0])
    page.focus("#code")
    page.keyboard.type(app.code())
    page.keyboard.press("Enter")
    page.wait_for_url("**/account/security?done=code-app-added")
    return app


def test_the_page_shows_the_same_key_as_picture_link_and_letters(signed_in, issuer):
    signed_in.goto(f"{issuer}{CODES}")

    link = signed_in.get_attribute("a[href^='otpauth:']", "href")
    letters = "".join(signed_in.locator(".tx-key span").all_inner_texts())

    assert f"secret={letters}&" in link
    picture = signed_in.locator(".tx-qr svg").bounding_box()
    assert min(picture["width"], picture["height"]) >= 200


def test_the_code_is_typed_where_a_second_way_is_needed(signed_in, provider, port, issuer):
    app, page, portal = add(signed_in, provider, issuer), signed_in, Flask("centre")
    provider.clock.advance(timedelta(minutes=6))
    portal.add_url_rule("/cb", view_func=lambda: "back at the centre")
    with listening(portal, port + 1):
        client = register(provider, redirect_uris=[f"http://localhost:{port + 1}/cb"])
        asked = Visit(client).params(authorization_details=written(transfer("60000.00")))
        page.goto(f"{issuer}/authorize?{urlencode(asked)}")
        page.click("button[value=allow]")
        page.click("button[value=confirm]")
        page.click(PRESS)
        expect(page.locator("main")).to_contain_text("需要两种不同的方式")

        page.focus("#code")
        page.keyboard.type(app.wrong())
        page.keyboard.press("Enter")
        expect(page.locator("[role=alert]")).to_contain_text("验证码不正确或已使用过")
        # Where something is wrong, there the next key goes.
        expect(page.locator("#code")).to_be_focused()
        page.keyboard.type(app.code())
        page.keyboard.press("Enter")

        page.wait_for_url("**/cb?*code=*")
    proved = [details["amr"] for kind, details in provider.events() if kind == "TransactionProved"]
    assert proved == [["hwk", "user", "mfa"], ["otp"]]
