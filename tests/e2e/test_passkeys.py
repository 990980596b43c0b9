"""Passkeys in Chromium, with its virtual authenticator: made, used with one press, offered by itself."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from playwright.sync_api import expect

from tests.support.listening import listening
from tests.support.ports import free_port
from tests.support.provider import PASSWORD
from tests.support.relying_party import Visit
from tests.support.transactions import open_with_types, register, transfer, written

USERNAME = "zhangsanfeng"
PRESS = "form.tx-passkey button"
DEVICE = {
    "protocol": "ctap2",
    "ctap2Version": "ctap2_1",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
}


# A browser that offers nothing by itself.
SILENT = "PublicKeyCredential.isConditionalMediationAvailable = undefined"


@dataclass(frozen=True)
class Device:
    """Plugs in a virtual authenticator, and sets it up."""

    plug_in: Callable[..., str]
    set_up: Callable[..., Any]


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
def portal(provider, port):
    """Return the address at the provider that begins a visit from a portal."""
    app = Flask("portal")
    app.add_url_rule("/cb", view_func=lambda: "back at the portal")
    with listening(app, port + 1):
        client = provider.register(redirect_uris=[f"http://localhost:{port + 1}/cb"])
        yield f"http://localhost:{port}/authorize?{urlencode(Visit(client).params())}"


@pytest.fixture
def device(page):
    """Return a device that answers at once, and how it is told otherwise."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable", {"enableUI": False})

    def plug_in(**changes):
        made = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE | changes})
        return made["authenticatorId"]

    def set_up(command, **values):
        return devtools.send(f"WebAuthn.{command}", values)

    return Device(plug_in, set_up)


def add(page, issuer):
    page.goto(f"{issuer}/sign-in?next=/account/security/passkeys")
    page.fill("[name=username]", USERNAME)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_selector("#called")
    page.fill("#called", "我的手机")
    page.click(PRESS)
    page.wait_for_url("**/account/security?done=passkey-added")


def sign_out(page, issuer):
    page.goto(f"{issuer}/logout")
    page.click("button[value=sign-out]")
    page.wait_for_selector("h1")


def test_a_passkey_is_made_and_then_signs_in_with_one_press(provider, portal, issuer, page, device):
    page.add_init_script(SILENT)
    device.plug_in()
    add(page, issuer)
    expect(page.locator("[role=status]").first).to_contain_text("通行密钥已添加")
    sign_out(page, issuer)
    page.goto(portal)

    page.click(PRESS)

    expect(page.locator("button[value=allow]")).to_be_visible()


def test_the_browser_offers_it_where_the_name_is_typed(provider, portal, issuer, page, device):
    device.plug_in()
    add(page, issuer)
    sign_out(page, issuer)

    page.goto(portal)

    expect(page.locator("button[value=allow]")).to_be_visible()


def test_a_device_that_has_one_already_is_told_so(provider, issuer, page, device):
    device.plug_in()
    add(page, issuer)
    page.goto(f"{issuer}/account/security/passkeys")

    page.click(PRESS)

    expect(page.locator("form.tx-passkey [role=status]")).to_contain_text("此设备上已有您的通行密钥")


def test_a_page_that_was_open_too_long_leads_to_the_sign_in_and_back(provider, issuer, page, device):
    page.add_init_script(SILENT)
    device.plug_in()
    add(page, issuer)
    page.goto(f"{issuer}/account/security/passkeys")
    provider.clock.advance(timedelta(minutes=11))
    page.click(PRESS)
    expect(page.locator("[name=password]")).to_be_visible()

    page.click(PRESS)

    page.wait_for_url("**/account/security/passkeys")


def test_whoever_is_not_verified_stays_on_the_page_and_reads_why(provider, portal, issuer, page, device):
    phone = device.plug_in()
    add(page, issuer)
    sign_out(page, issuer)
    device.set_up("setUserVerified", authenticatorId=phone, isUserVerified=False)
    page.goto(portal)

    page.click(PRESS)

    expect(page.locator("form.tx-passkey [role=status]")).to_contain_text("未使用通行密钥")
    expect(page.locator(PRESS)).to_be_enabled()
    page.fill("[name=username]", USERNAME)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    expect(page.locator("button[value=allow]")).to_be_visible()


def test_when_the_network_is_away_the_page_says_so_and_the_press_can_be_repeated(
    provider, portal, issuer, page, device
):
    device.plug_in()
    add(page, issuer)
    sign_out(page, issuer)
    page.route("**/passkey/options", lambda route: route.abort())
    page.goto(portal)
    page.click(PRESS)
    expect(page.locator("form.tx-passkey [role=status]")).to_contain_text("未使用通行密钥")

    page.unroute("**/passkey/options")
    page.click(PRESS)

    expect(page.locator("button[value=allow]")).to_be_visible()


def test_without_scripts_nothing_of_it_is_shown(provider, portal, issuer, chromium):
    with chromium.new_context(java_script_enabled=False, locale="zh-CN") as context:
        page = context.new_page()

        page.goto(portal)

        expect(page.locator(PRESS)).to_be_hidden()
        expect(page.locator("[name=password]")).to_be_visible()


def test_a_withdrawal_is_proved_with_one_press(provider, port, issuer, page, device):
    device.plug_in()
    add(page, issuer)
    app = Flask("centre")
    app.add_url_rule("/cb", view_func=lambda: "back at the centre")
    with listening(app, port + 1):
        client = register(provider, redirect_uris=[f"http://localhost:{port + 1}/cb"])
        asked = Visit(client).params(authorization_details=written(transfer("60000.00")))
        page.goto(f"{issuer}/authorize?{urlencode(asked)}")
        page.click("button[value=allow]")
        page.click("button[value=confirm]")
        expect(page.locator("h1")).to_have_text("请证明是您本人")
        expect(page.locator("main")).to_contain_text("¥60,000.00")

        page.click(PRESS)

        # The sign-in is as new as a proof has to be, and the second way.
        page.wait_for_url("**/cb?*code=*")
    proved = [details["amr"] for kind, details in provider.events() if kind == "TransactionProved"]
    assert proved == [["hwk", "user", "mfa"]]
