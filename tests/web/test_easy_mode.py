"""Easy mode: on from any page, off again, kept by the browser, and no visit is lost by it."""

import html
import re

import pytest

from tests.support.relying_party import authorize, csrf, get, post, sign_in, walk


def switch(shown):
    """Return the address of the switch on a page."""
    return html.unescape(re.search(r'href="([^"]*easy=[01][^"]*)"', shown)[1])


def is_easy(shown):
    return bool(re.search(r"<html [^>]*data-easy", shown))


def test_it_is_off_until_it_is_chosen_and_then_stays(browser):
    assert not is_easy(get(browser, "/").text)

    chosen = get(browser, switch(get(browser, "/").text))

    assert is_easy(chosen.text)
    cookie = chosen.headers["Set-Cookie"]
    assert cookie.startswith("__Host-tx_easy=1;")
    assert "Max-Age=31536000" in cookie
    assert is_easy(get(browser, "/no-such-page").text)


def test_it_can_be_left_again(browser):
    get(browser, "/?easy=1")

    left = get(browser, switch(get(browser, "/").text))

    assert not is_easy(left.text)
    assert not is_easy(get(browser, "/").text)


def test_in_the_middle_of_a_visit_the_same_page_is_shown_and_the_visit_goes_on(browser, visit):
    page = authorize(browser, visit).headers["Location"]
    address = switch(get(browser, page).text)

    shown = get(browser, address).text

    assert address == f"{page}?easy=1"
    assert is_easy(shown)
    assert 'name="password"' in shown
    sign_in(browser, page)
    assert is_easy(get(browser, page).text)
    assert 'name="decision"' in get(browser, page).text


def test_from_a_page_that_answers_a_form_it_leads_to_the_page_of_the_form(browser, visit):
    page = authorize(browser, visit).headers["Location"]

    refused = post(
        browser, f"{page}/sign-in", {"csrf_token": csrf(browser, page), "username": "", "password": ""}
    )

    assert refused.status_code == 422
    assert switch(refused.text) == f"{page}?easy=1"


@pytest.mark.parametrize("page", ["/account/devices", "/account/history", "/account/settings", "/logout"])
def test_pages_of_a_person_who_is_signed_in_stay_where_they_are(browser, visit, page):
    walk(browser, visit)

    assert switch(get(browser, page).text) == f"{page}?easy=1"


def test_language_and_easy_mode_do_not_undo_each_other(browser):
    get(browser, "/?easy=1")

    assert is_easy(get(browser, "/?lang=en").text)
    assert '<html lang="en"' in get(browser, switch(get(browser, "/").text)).text


@pytest.mark.parametrize("value", ["2", "", "yes", "1" * 100])
def test_what_is_no_choice_changes_nothing(browser, value):
    shown = get(browser, f"/?easy={value}")

    assert not is_easy(shown.text)
    assert "easy=" not in shown.headers.get("Set-Cookie", "")


@pytest.mark.parametrize("value", ["0", "2", "x", "1" * 100])
def test_a_spoilt_cookie_does_no_harm(browser, value):
    browser.set_cookie("__Host-tx_easy", value, domain="idp.test", secure=True)

    assert not is_easy(get(browser, "/").text)
