"""Sign-in that begins at the provider: links to portals (OpenID Connect Core section 4)."""

from datetime import timedelta

import pytest

from tests.support.provider import PASSWORD
from tests.support.relying_party import Visit, authorize, csrf, decide, get, post, sign_in, walk

LOGIN = "https://rp.test/login?tenant=zj"
LINK = 'href="https://rp.test/login?tenant=zj&amp;iss=https%3A%2F%2Fidp.test"'


@pytest.fixture
def client(provider):
    """Return a portal that can begin a sign-in by itself."""
    return provider.register(initiate_login_uri=LOGIN)


def test_the_list_of_authorisations_leads_to_portals_that_can_begin_a_sign_in(provider, browser, visit):
    walk(browser, visit)
    walk(browser, Visit(provider.register(client_name="没有入口")))

    shown = get(browser, "/account/authorisations").text

    assert shown.count(LINK) == 1
    assert "没有入口" in shown


def test_the_list_of_authorisations_leads_to_no_disabled_portal(provider, browser, visit):
    walk(browser, visit)
    provider.house.tools.client_upkeep.disable(visit.client.client_id)
    provider.clock.advance(timedelta(seconds=1))

    assert "https://rp.test/login" not in get(browser, "/account/authorisations").text


@pytest.mark.parametrize(("language", "words"), [("zh", "返回测试门户"), ("en", "Go back to 测试门户")])
def test_an_expired_visit_leads_back_to_its_portal(provider, browser, visit, language, words):
    page = authorize(browser, visit).headers["Location"]
    provider.clock.advance(timedelta(minutes=61))

    shown = get(browser, f"{page}?lang={language}")

    assert shown.status_code == 400
    assert LINK in shown.text
    assert words in shown.text


def test_whoever_keeps_the_page_open_has_time(provider, browser, visit):
    page = authorize(browser, visit).headers["Location"]
    form = csrf(browser, page)
    for _ in range(12):
        provider.clock.advance(timedelta(minutes=55))
        assert browser.head(page, base_url="https://idp.test").status_code == 200

    done = post(
        browser, f"{page}/sign-in", {"csrf_token": form, "username": "zhangsanfeng", "password": PASSWORD}
    )

    assert (done.status_code, done.headers["Location"]) == (303, page)
    provider.clock.advance(timedelta(hours=1))
    assert get(browser, page).status_code == 400


def test_a_page_that_asks_by_itself_neither_finishes_its_visit_nor_keeps_the_session_awake(
    provider, browser, visit
):
    walk(browser, visit)
    kept = authorize(browser, Visit(visit.client), prompt="consent").headers["Location"]
    other = authorize(browser, Visit(visit.client), prompt="consent").headers["Location"]
    decide(browser, other)
    grants = [kind for kind, _ in provider.events()].count("GrantIssued")

    for _ in range(3):
        provider.clock.advance(timedelta(minutes=11))
        asked = browser.head(kept, base_url="https://idp.test")
        assert (asked.status_code, "Location" in asked.headers) == (200, False)

    assert [kind for kind, _ in provider.events()].count("GrantIssued") == grants
    assert 'name="password"' in get(browser, kept).text


def test_a_finished_visit_leads_back_to_its_portal(browser, visit):
    page = authorize(browser, visit).headers["Location"]
    sign_in(browser, page)
    decide(browser, page)

    assert LINK in get(browser, page).text


def test_another_browser_is_led_to_the_portal_too(provider, browser, visit):
    page = authorize(browser, visit).headers["Location"]

    assert LINK in get(provider.browser(), page).text


def test_a_visit_that_is_long_forgotten_leads_to_the_start_page(provider, browser, visit):
    page = authorize(browser, visit).headers["Location"]
    provider.clock.advance(timedelta(minutes=121))

    shown = get(browser, page).text

    assert "https://rp.test" not in shown
    assert 'class="btn btn-primary" href="/"' in shown


def test_a_portal_without_such_a_page_is_not_led_to(provider, browser):
    page = authorize(browser, Visit(provider.register())).headers["Location"]
    provider.clock.advance(timedelta(minutes=61))

    assert "https://rp.test" not in get(browser, page).text


def test_a_visit_that_never_was_leads_to_the_start_page(browser):
    assert 'class="btn btn-primary" href="/"' in get(browser, "/interaction/unknown").text
