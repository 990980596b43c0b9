"""The housing fund in Chromium: money drawn by a passkey, a no loses nothing, a changed amount is refused."""

import pytest
from playwright.sync_api import expect

from tests.support import found
from tests.support.demo import running_demo

DEVICE = {
    "protocol": "ctap2",
    "ctap2Version": "ctap2_1",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
}
SILENT = "PublicKeyCredential.isConditionalMediationAvailable = undefined"
RUN_AXE = "async () => (await axe.run(document, { resultTypes: ['violations'] })).violations"
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    with running_demo(tmp_path_factory.mktemp("demo")) as running:
        yield running


@pytest.fixture
def fund(demo, page):
    """Return the fund's address; somebody with a passkey is signed in there, on a phone."""
    page.set_viewport_size(PHONE)
    page.add_init_script(SILENT)
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable", {"enableUI": False})
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    address, account = demo.portal(2), demo.account()
    page.goto(f"{address}/login")
    page.fill("[name=username]", account["username"])
    page.fill("[name=password]", account["password"])
    with page.expect_navigation():
        page.press("[name=password]", "Enter")
    if page.locator("button[value=allow]").count():
        page.click("button[value=allow]")
    page.wait_for_url(f"{address}/")
    page.goto(f"{demo.issuer}/account/security/passkeys")
    page.fill("#called", "我的手机")
    page.click("form.tx-passkey button")
    page.wait_for_url("**/account/security?done=passkey-added")
    page.goto(f"{address}/")
    return address


def fill(page, fund, yuan):
    page.goto(f"{fund}/")
    page.click("a.tile >> nth=0")
    page.fill("#amount", yuan)
    page.fill("#bank", "示例银行")
    page.fill("#account", "6200000000000000018")
    page.press("#account", "Enter")
    page.wait_for_url("**/interaction/**")


def test_money_is_drawn_and_no_more_than_was_confirmed(page, fund):
    fill(page, fund, "60000")
    expect(page.locator("main")).to_contain_text("¥60,000.00")
    page.click("button[value=confirm]")
    page.click("form.tx-passkey button")

    expect(page.locator("h1")).to_have_text("提取成功")
    expect(page.locator("main")).to_contain_text("历史密钥核验")
    page.click("form[action$='/change'] button")
    expect(page.locator("[role=alert]")).to_contain_text("已拒绝：¥61,000.00")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_its_pages(page, fund, scheme):
    axe = found.require("axe")
    page.emulate_media(color_scheme=scheme)
    grave: list[str] = []

    def look():
        page.evaluate(axe.read_text("utf-8"))
        faults = page.evaluate(RUN_AXE)
        grave.extend(each["id"] for each in faults if each["impact"] in {"serious", "critical"})

    look()
    page.goto(f"{fund}/withdrawals/new")
    page.press("#amount", "Enter")
    expect(page.locator("[role=alert]")).to_be_visible()
    look()
    fill(page, fund, "100")
    page.click("button[value=confirm]")
    page.click("form.tx-passkey button")
    page.wait_for_url(f"{fund}/withdrawals/*")
    page.click("form[action$='/change'] button")
    expect(page.locator("[role=alert]")).to_be_visible()
    look()

    assert grave == []


def test_who_cancels_finds_the_form_as_it_was(page, fund):
    fill(page, fund, "12000")

    page.click("button[value=cancel]")

    expect(page.locator("[role=status]")).to_contain_text("没有确认，因此没有提取")
    expect(page.locator("#amount")).to_have_value("12000")
    expect(page.locator("#account")).to_have_value("6200000000000000018")
