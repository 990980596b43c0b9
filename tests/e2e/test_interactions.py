"""Visits that do not go straight on: the person ends where he or she wanted to go, or is told the way."""

from datetime import timedelta
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import expect

from tests.support.demo import running_demo
from tests.support.listening import listening
from tests.support.ports import free_port
from tests.support.provider import PASSWORD, open_provider
from tests.support.relying_party import Visit

OVER = "本次登录已结束"
TOO_LONG = "页面停留时间过长"


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    with running_demo(tmp_path_factory.mktemp("demo")) as running:
        yield running


@pytest.fixture
def zhejiang(demo):
    return demo.portal(0)


@pytest.fixture
def guangdong(demo):
    return demo.portal(1)


def fill(page, account):
    page.fill("[name=username]", account["username"])
    page.fill("[name=password]", account["password"])


def sign_in(page, account):
    fill(page, account)
    with page.expect_navigation():
        page.press("[name=password]", "Enter")


def allow(page):
    with page.expect_navigation():
        page.click("button[name=decision][value=allow]")


def go_on(page, portal):
    """Allow what the portal asks for, if it asks, and arrive there."""
    settle(page, portal)
    if not page.url.startswith(portal):
        allow(page)
    page.wait_for_url(f"{portal}/**")


def settle(page, portal):
    """Wait until the browser is at the portal, or at the page where it is allowed something."""
    for _ in range(300):
        if page.url.startswith(portal):
            page.wait_for_load_state()
            return
        if page.locator("button[name=decision]").count():
            return
        page.wait_for_timeout(100)
    raise AssertionError(page.url)


def is_signed_in(page, portal):
    return page.request.get(f"{portal}/me.json").status == 200


def arrive(page, demo, portal, account=0):
    """Sign in at the portal, allowing what it asks for if it does."""
    page.goto(f"{portal}/login")
    sign_in(page, demo.account(account))
    go_on(page, portal)


def test_two_tabs_sign_in_at_once(demo, page, zhejiang, guangdong):
    other = page.context.new_page()
    page.goto(f"{zhejiang}/login")
    other.goto(f"{guangdong}/login")

    sign_in(page, demo.account())
    go_on(page, zhejiang)
    sign_in(other, demo.account())
    go_on(other, guangdong)

    assert is_signed_in(page, zhejiang)
    assert is_signed_in(page, guangdong)


def test_two_tabs_sign_in_at_the_same_portal(demo, page, zhejiang):
    other = page.context.new_page()
    page.goto(f"{zhejiang}/login")
    other.goto(f"{zhejiang}/login")

    sign_in(page, demo.account())
    go_on(page, zhejiang)
    sign_in(other, demo.account())
    go_on(other, zhejiang)

    assert is_signed_in(other, zhejiang)


def test_back_after_signing_in_leads_on(demo, page, zhejiang):
    page.goto(f"{zhejiang}/login")
    sign_in(page, demo.account(1))
    expect(page.locator("button[name=decision][value=allow]")).to_be_visible()

    page.go_back()

    # The same visit: the page that is due, not the form that was answered.
    expect(page.locator("button[name=decision][value=allow]")).to_be_visible()
    go_on(page, zhejiang)
    assert is_signed_in(page, zhejiang)


def test_back_after_consent_names_the_portal_and_leads_there(demo, page, zhejiang):
    arrive(page, demo, zhejiang, account=2)

    page.go_back()

    if page.url.startswith(demo.issuer):
        expect(page.get_by_role("heading", name=OVER)).to_be_visible()
        page.click("main a.btn")
    page.wait_for_url(f"{zhejiang}/**")
    assert is_signed_in(page, zhejiang)


def test_reloading_shows_the_same_page_again(demo, page, zhejiang):
    page.goto(f"{zhejiang}/login")
    page.reload()
    sign_in(page, demo.account() | {"password": "not this one"})
    page.reload()
    expect(page.locator("[name=password]")).to_be_visible()
    sign_in(page, demo.account(3))
    page.reload()
    go_on(page, zhejiang)

    assert is_signed_in(page, zhejiang)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_double_click_ends_where_one_would_have(demo, chromium, guangdong, scripts):
    with chromium.new_context(locale="zh-CN", java_script_enabled=scripts) as context:
        page = context.new_page()
        page.goto(f"{guangdong}/login")
        fill(page, demo.account())
        page.locator("main form button[type=submit]").first.dblclick(no_wait_after=True)
        settle(page, guangdong)
        if page.url.startswith(demo.issuer):
            page.locator("button[name=decision][value=allow]").dblclick(no_wait_after=True)
        # The second click breaks off the way that the first has begun: that is no end.
        for _ in range(300):
            if page.url.startswith(guangdong):
                break
            page.wait_for_timeout(100)

        assert is_signed_in(page, guangdong)


def test_cookies_lost_half_way_are_explained_and_a_new_visit_works(demo, page, zhejiang):
    page.goto(f"{zhejiang}/login")
    page.context.clear_cookies(domain=urlsplit(demo.issuer).hostname, name="tx_browser")
    page.context.clear_cookies(domain=urlsplit(demo.issuer).hostname, name="tx_form")

    sign_in(page, demo.account())
    assert page.locator("main h1").inner_text() in {OVER, TOO_LONG}
    while page.url.startswith(demo.issuer) and page.locator("[name=password]").count() == 0:
        with page.expect_navigation():
            page.click("main a.btn")
    sign_in(page, demo.account())
    go_on(page, zhejiang)

    assert is_signed_in(page, zhejiang)


def test_without_any_cookie_the_page_says_so(demo, chromium, zhejiang):
    with chromium.new_context(locale="zh-CN") as context:
        page = context.new_page()
        page.goto(f"{zhejiang}/login")

        def without_cookies(route):
            headers = {n: v for n, v in route.request.headers.items() if n != "cookie"}
            response = route.fetch(headers=headers, max_redirects=0)
            kept = {n: v for n, v in response.headers.items() if n != "set-cookie"}
            route.fulfill(response=response, headers=kept)

        context.clear_cookies()
        context.route(f"{demo.issuer}/**", without_cookies)
        sign_in(page, demo.account())

        expect(page.locator("main")).to_contain_text("Cookie")
        expect(page.locator("main a.btn")).to_be_visible()


def test_a_bookmarked_sign_in_page_leads_back_to_the_portal(demo, page, zhejiang):
    page.goto(f"{zhejiang}/login")
    bookmark = page.url
    sign_in(page, demo.account(4))
    go_on(page, zhejiang)

    page.goto(bookmark)

    expect(page.get_by_role("heading", name=OVER)).to_be_visible()
    page.click("main a.btn")
    page.wait_for_url(f"{zhejiang}/**")


def test_a_bookmark_in_another_browser_tells_nothing_and_leads_on(demo, page, chromium, zhejiang):
    page.goto(f"{zhejiang}/login")
    with chromium.new_context(locale="zh-CN") as context:
        other = context.new_page()
        other.goto(page.url)

        expect(other.get_by_role("heading", name=OVER)).to_be_visible()
        expect(other.locator("main a.btn")).to_be_visible()


def test_signed_out_in_another_tab_the_next_step_asks_to_sign_in(demo, page, zhejiang, guangdong):
    arrive(page, demo, zhejiang, account=7)
    page.goto(f"{guangdong}/login")
    expect(page.locator("button[name=decision][value=allow]")).to_be_visible()
    other = page.context.new_page()
    other.goto(demo.issuer)
    with other.expect_navigation():
        other.locator("form[action='/sign-out'] button").first.click()

    allow(page)
    expect(page.locator("[name=password]")).to_be_visible()
    sign_in(page, demo.account(7))
    go_on(page, guangdong)

    assert is_signed_in(page, guangdong)


def test_the_same_request_opened_twice_works_in_both_tabs(demo, page, zhejiang):
    begun = page.request.get(f"{zhejiang}/login", max_redirects=0).headers["location"]
    other = page.context.new_page()
    page.goto(begun)
    other.goto(begun)
    sign_in(page, demo.account())
    go_on(page, zhejiang)
    assert is_signed_in(page, zhejiang)

    sign_in(other, demo.account())
    if other.url.startswith(demo.issuer) and other.locator("button[name=decision]").count():
        allow(other)

    # The portal has used this request up: it explains that, or shows who is signed in.
    assert other.url.startswith(zhejiang)
    assert other.locator("a, button").count() > 0


def test_a_very_slow_network_loses_nothing(demo, page, zhejiang):
    slow = page.context.new_cdp_session(page)
    slow.send("Network.enable")
    slow.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 800, "downloadThroughput": 20_000, "uploadThroughput": 10_000},
    )
    page.goto(f"{zhejiang}/login")
    fill(page, demo.account())
    page.locator("main form button[type=submit]").first.dblclick(no_wait_after=True)
    settle(page, zhejiang)
    go_on(page, zhejiang)

    assert is_signed_in(page, zhejiang)


def test_an_open_page_keeps_its_visit_alive(demo, page, zhejiang):
    page.clock.install()
    page.goto(f"{zhejiang}/login")
    visit = urlsplit(page.url).path

    with page.expect_response(lambda reply: reply.request.method == "HEAD") as looked:
        page.clock.run_for(timedelta(minutes=11) // timedelta(milliseconds=1))

    assert (urlsplit(looked.value.url).path, looked.value.status) == (visit, 200)


def test_a_consent_counts_only_for_the_person_it_was_shown_to(demo, page, zhejiang):
    page.goto(f"{zhejiang}/login")
    sign_in(page, demo.account(5))
    expect(page.locator("button[name=decision][value=allow]")).to_be_visible()
    other = page.context.new_page()
    other.goto(demo.issuer)
    with other.expect_navigation():
        other.locator("form[action='/sign-out'] button").first.click()
    other.goto(f"{demo.issuer}/sign-in")
    sign_in(other, demo.account(6))

    allow(page)

    # What was asked of one is asked of the other before anything is given.
    expect(page.locator("button[name=decision][value=allow]")).to_be_visible()
    assert not is_signed_in(page, zhejiang)
    allow(page)
    assert is_signed_in(page, zhejiang)


def test_an_expired_visit_is_explained_and_begins_again_at_the_portal(tmp_path, page):
    port = free_port(row=2)
    issuer, portal = f"http://localhost:{port}", f"http://localhost:{port + 1}"
    provider = open_provider(tmp_path, database_url=f"sqlite:///{tmp_path}/idp.db", issuer=issuer)
    provider.enter()
    client = provider.register(redirect_uris=[f"{portal}/cb"], initiate_login_uri=f"{portal}/login")
    page.route(f"{portal}/**", lambda route: route.fulfill(body="portal"))
    with listening(provider.house.app, port):
        page.goto(f"{issuer}/authorize?{urlencode(Visit(client).params())}")
        provider.clock.advance(timedelta(minutes=61))

        sign_in(page, {"username": "zhangsanfeng", "password": PASSWORD})
        expect(page.get_by_role("heading", name=OVER)).to_be_visible()
        page.click("main a.btn")

        page.wait_for_url(f"{portal}/login?iss=*")
