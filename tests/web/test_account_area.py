"""The account area: its pages, who may see them, and the way back to them after signing in."""

from urllib.parse import quote, urlsplit

import pytest

from idp.web.account.navigation import ENTRIES
from tests.support.provider import ISSUER
from tests.support.relying_party import csrf, get, post, sign_in

PAGES = [entry.address for entry in ENTRIES]


def enter_account(browser, username="zhangsanfeng", **person):
    """Sign *browser* in without a portal."""
    sign_in(browser, get(browser, "/sign-in").headers["Location"], username, **person)


@pytest.mark.parametrize("page", PAGES)
def test_each_page_is_marked_in_the_navigation_and_shows_the_masked_person(browser, page):
    enter_account(browser)

    reply = get(browser, page)

    assert reply.status_code == 200
    assert reply.text.count('aria-current="page"') == 1
    assert f'href="{page}" aria-current="page"' in reply.text
    assert "张**" in reply.text
    assert "张三丰" not in reply.text
    assert reply.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert reply.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("page", PAGES[1:])
def test_a_stranger_signs_in_and_is_back_on_the_page(browser, page):
    asked = get(browser, page)
    assert (asked.status_code, asked.headers["Location"]) == (303, f"/sign-in?next={quote(page, safe='')}")
    visit = get(browser, asked.headers["Location"]).headers["Location"]

    sign_in(browser, visit)

    assert get(browser, visit).headers["Location"] == page
    assert get(browser, page).status_code == 200


def test_the_way_back_holds_while_the_language_changes(browser):
    visit = get(browser, "/sign-in?next=/account/history&lang=en").headers["Location"]
    get(browser, f"{visit}?lang=zh")

    sign_in(browser, visit)

    assert get(browser, visit).headers["Location"] == "/account/history"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.test/account/history",
        "//evil.test/account/history",
        "/\\evil.test",
        "\\\\evil.test/account",
        "/account/../../evil",
        "/account//evil.test",
        "/account/history?x=https://evil.test",
        "/account/history#x",
        "/account/history\r\nSet-Cookie: a=b",
        "/account/history\n",
        "/account/\u2028x",
        "/account/%2e%2e/x",
        "/account",
        "/account/",
        "/logout",
        "/authorize",
        " /account/history",
        "javascript:alert(1)",
        "/account/" + "x" * 100,
        "",
    ],
)
def test_the_way_back_never_leads_elsewhere(browser, elsewhere):
    visit = get(browser, f"/sign-in?next={quote(elsewhere)}").headers["Location"]
    assert visit.startswith("/interaction/")

    sign_in(browser, visit)

    assert get(browser, visit).headers["Location"] == "/"
    # Whoever is signed in already is sent there at once.
    assert get(browser, f"/sign-in?next={quote(elsewhere)}").headers["Location"] == "/"


def test_who_is_signed_in_goes_to_the_page_at_once(browser):
    enter_account(browser)

    assert get(browser, "/sign-in?next=/account/devices").headers["Location"] == "/account/devices"


def test_a_form_sent_after_the_session_ended_leads_back_to_its_page(browser):
    enter_account(browser)
    guard = csrf(browser, "/account/devices")
    post(browser, "/sign-out", {"csrf_token": guard})

    reply = post(browser, "/sessions/end-others", {"csrf_token": guard})

    assert reply.headers["Location"] == "/sign-in?next=%2Faccount%2Fdevices"


def test_a_session_whose_person_is_gone_is_nobodys(provider, browser):
    enter_account(browser)
    with provider.house.neighbours.database.begin() as work:
        for table in ("identifier", "credential", "person"):
            work.connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 - names of ours

    asked = get(browser, "/account/devices")

    assert urlsplit(asked.headers["Location"]).path == "/sign-in"
    assert get(browser, asked.headers["Location"]).headers["Location"].startswith("/interaction/")
    assert "/sign-in" in get(browser, "/").text


def test_links_to_the_other_language_stay_on_the_page(browser):
    enter_account(browser)

    assert 'href="/account/devices?lang=en"' in get(browser, "/account/devices").text


def test_no_page_brings_a_script_of_its_own_or_anything_from_outside(browser):
    enter_account(browser)
    for page in PAGES:
        shown = browser.get(page, base_url=ISSUER).text
        assert shown.count("<script") == 1
        assert " style=" not in shown
        assert "https://" not in shown
