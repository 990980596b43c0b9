"""With a double click, with the keyboard alone, without scripts, under a long name: all get through."""

from itertools import product
from urllib.parse import urlencode

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.support.listening import listening
from tests.support.looking import look
from tests.support.ports import free_port
from tests.support.provider import PASSWORD, open_provider
from tests.support.relying_party import Visit

USERNAME = "zhangsanfeng"
# 50 characters with the dots of names of several parts; one is beyond the Basic Multilingual Plane.
LONG_NAME = "阿卜杜热依木·𠮷" + "买买提·" * 9 + "吐尔逊·江山"
LONG_WORD = "Verwaltungsdienstleistungsportalbetreibergesellsch"
FOCUS = """(selector) => {
  const focused = document.activeElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(focused);
  const { top, bottom } = focused.getBoundingClientRect();
  return {
    ring: outlineStyle === "none" ? 0 : parseFloat(outlineWidth),
    visible: bottom > 0 && top < innerHeight,
    there: focused.matches(selector),
    element: focused.outerHTML.slice(0, 100),
  };
}"""


@pytest.fixture
def port():
    return free_port(row=2)


@pytest.fixture
def issuer(port):
    return f"http://localhost:{port}"


@pytest.fixture
def provider(tmp_path, port, issuer):
    opened = open_provider(tmp_path, database_url=f"sqlite:///{tmp_path}/idp.db", issuer=issuer)
    opened.enter()
    with listening(opened.house.app, port):
        yield opened


@pytest.fixture
def portal(port):
    """Return where a portal is sent back to."""
    app = Flask("portal")
    app.add_url_rule("/cb", view_func=lambda: "back at the portal")
    with listening(app, port + 1):
        yield f"http://localhost:{port + 1}/cb"


@pytest.fixture
def client(provider, portal):
    return provider.register(redirect_uris=[portal])


def begin(page: Page, issuer, client, **changes):
    """Come from a portal."""
    page.goto(f"{issuer}/authorize?{urlencode(Visit(client).params(**changes))}")


def fill(page: Page, password=PASSWORD):
    page.fill("[name=username]", USERNAME)
    if not page.is_visible("[name=password]"):
        page.click("form[novalidate] [type=submit]")
    page.fill("[name=password]", password)


def middle(page: Page, selector):
    """Return where the middle of an element is."""
    page.locator(selector).scroll_into_view_if_needed()
    box = page.locator(selector).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def press_at(page: Page, where, times=1):
    """Press the mouse there; unlike a click on an element this waits for no page that is on its way."""
    for _ in range(times):
        page.mouse.click(*where)
    page.wait_for_timeout(0)


def test_a_double_click_sends_a_form_once(provider, client, issuer, page):
    begin(page, issuer, client)
    fill(page)
    where = middle(page, ".btn-primary")
    held = []

    def hold(route):
        held.append(route)

    page.route("**/sign-in", hold)

    with page.expect_request("**/sign-in"):
        press_at(page, where, times=3)

    while not held:
        page.wait_for_timeout(1)  # the browser tells of it, then hands it over
    held[0].continue_()
    expect(page.locator("button[value=allow]")).to_be_visible()
    assert len(held) == 1


def test_another_button_of_the_form_may_be_pressed_at_once(provider, client, issuer, page):
    begin(page, issuer, client)
    fill(page)
    page.press("[name=password]", "Enter")
    allow, deny = middle(page, "button[value=allow]"), middle(page, "button[value=deny]")
    page.route("**/consent", lambda _: None)

    press_at(page, allow)

    with page.expect_request(lambda request: "decision=deny" in (request.post_data or "")):
        press_at(page, deny)


def test_whoever_comes_back_can_send_the_form_again(provider, client, issuer, page):
    begin(page, issuer, client)
    fill(page, "not this one")
    page.click("button[type=submit]")
    expect(page.locator("[role=alert]")).to_be_visible()

    page.go_back()
    fill(page)
    page.click("button[type=submit]")

    expect(page.locator("button[value=allow]")).to_be_visible()


def test_the_password_can_be_looked_at_and_is_hidden_when_it_is_sent(provider, client, issuer, page):
    begin(page, issuer, client)
    fill(page)
    button = page.locator(".tx-reveal")
    field = page.locator("[name=password]")
    assert button.get_attribute("aria-label") == "显示 密码"

    button.click()

    expect(field).to_have_attribute("type", "text")
    expect(field).to_have_value(PASSWORD)
    assert button.get_attribute("aria-label") == "隐藏 密码"
    page.evaluate("document.forms[0].addEventListener('submit', (event) => event.preventDefault())")
    page.click(".btn-primary")
    expect(field).to_have_attribute("type", "password")


def tab_to(page: Page, selector):
    """Press the tab key until the focus is there; it is always seen where it is."""
    for _ in range(40):
        page.keyboard.press("Tab")
        seen = page.evaluate(FOCUS, selector)
        assert seen["ring"] >= 3, seen
        assert seen["visible"], seen
        if seen["there"]:
            return
    raise AssertionError(f"The focus does not come to {selector}.")


@pytest.mark.parametrize("easy", [False, True])
def test_the_keyboard_alone_is_enough(client, portal, issuer, page, easy):
    if easy:
        page.goto(f"{issuer}/?easy=1")
    begin(page, issuer, client, scope="openid phone cn_id_number")

    tab_to(page, ".tx-skip")
    page.keyboard.press("Enter")
    tab_to(page, "[name=username]")
    page.keyboard.type(USERNAME)
    if easy:
        page.keyboard.press("Enter")
        expect(page.locator("[name=password]")).to_be_focused()
    else:
        tab_to(page, "[name=password]")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("[name=sensitive]")
    tab_to(page, "[name=sensitive]")
    page.keyboard.press("Space")
    assert page.is_checked("[name=sensitive]")
    tab_to(page, "button[value=allow]")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{portal}?**")
    page.goto(f"{issuer}/")
    tab_to(page, "nav a[href='/account/devices']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/account/devices")
    if easy:
        tab_to(page, ".tx-back a")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{issuer}/")
    tab_to(page, "form[action='/sign-out'] button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-out")


def test_after_a_fault_the_focus_is_in_the_field_and_its_sentence_is_its_description(
    provider, client, issuer, page
):
    begin(page, issuer, client)
    fill(page, "not this one")

    page.press("[name=password]", "Enter")

    expect(page.locator("[name=password]")).to_be_focused()
    expect(page.locator("[name=password]")).to_have_accessible_description("请重新输入密码。")
    expect(page.locator("[role=alert]")).to_contain_text("账号或密码错误")
    assert page.title().startswith("请核对")


def test_without_scripts_everything_is_reached(provider, client, portal, issuer, chromium):
    with chromium.new_context(java_script_enabled=False, locale="zh-CN") as context:
        page = context.new_page()
        begin(page, issuer, client)
        assert page.locator(".tx-reveal").count() == 0

        page.click("a[href*='easy=1']")
        fill(page)
        page.click("button[type=submit]")
        page.click("button[value=allow]")
        page.wait_for_url(f"{portal}?**")
        page.goto(f"{issuer}/")
        expect(page.locator("html[data-easy]")).to_have_count(1)
        page.click("nav a[href='/account/authorisations']")
        page.click("a[href$='/withdraw']")
        page.click("form[action$='/withdraw'] button")
        expect(page.locator("[role=status]")).to_be_visible()
        page.goto(f"{issuer}/logout")
        page.click("button[value=sign-out]")
        expect(page.locator("h1")).to_have_text("您已退出登录")


@pytest.mark.parametrize("shown", [*product([LONG_NAME, LONG_WORD], [False, True])])
def test_a_portals_long_name_is_shown_in_full_on_the_smallest_phone(
    provider, portal, issuer, chromium, shown
):
    name, easy = shown
    assert len(name) == 50
    client = provider.register(client_name=name, redirect_uris=[portal])
    with chromium.new_context(locale="zh-CN", viewport={"width": 320, "height": 640}) as context:
        page = context.new_page()
        if easy:
            page.goto(f"{issuer}/?easy=1")
        begin(page, issuer, client)
        pages = [(look(page), page.inner_text("main"))]
        fill(page)
        page.press("[name=password]", "Enter")
        page.wait_for_selector("button[value=allow]")
        pages.append((look(page), page.inner_text("main")))
        page.click("button[value=allow]")
        page.wait_for_url(f"{portal}?**")
        for address in ("/account/authorisations", "/account/history", "/account/devices", "/logout"):
            page.goto(f"{issuer}{address}")
            pages.append((look(page), page.inner_text("main")))

    assert [looks.wider for looks, _ in pages] == [0] * 6
    assert all(name in text for _, text in pages)
