"""Easy mode: on from any page, off again, kept by the browser, and no visit is lost by it."""

import html
import re
from datetime import timedelta

import pytest

from tests.support.relying_party import HIDDEN, authorize, csrf, get, post, sign_in, walk


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
    assert 'name="username"' in shown
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


def test_it_asks_for_the_name_and_then_for_the_password(browser, visit):
    page = authorize(browser, visit).headers["Location"]
    first = get(browser, f"{page}?easy=1&lang=en").text
    assert ("Step 1 of 2" in first, 'name="password"' in first) == (True, False)

    second = post(
        browser, f"{page}/sign-in", {"csrf_token": csrf(browser, page), "username": " <zhangsanfeng "}
    )

    assert (second.status_code, "Step 2 of 2" in second.text) == (200, True)
    assert "You sign in as &lt;zhangsanfeng." in second.text
    assert 'type="text" name="username" value="&lt;zhangsanfeng"' in second.text
    assert "tx-field-error" not in second.text
    assert f'<a href="{page}">Change</a>' in second.text
    assert 'name="decision"' in get(browser, sign_in(browser, page).headers["Location"]).text


def test_a_fault_is_shown_at_the_step_that_it_belongs_to(browser, visit):
    page = authorize(browser, visit).headers["Location"]
    get(browser, f"{page}?easy=1&lang=en")

    def send(**form):
        return post(browser, f"{page}/sign-in", {"csrf_token": csrf(browser, page), **form})

    nameless, too_long = send(username=" "), send(username="x" * 101)
    empty = send(username="zhangsanfeng", password="")
    wrong = sign_in(browser, page, password="not this one")

    for reply in (nameless, too_long):
        assert (reply.status_code, 'name="password"' in reply.text) == (422, False)
        assert "Enter your password." not in reply.text
    for reply in (empty, wrong):
        assert (reply.status_code, 'name="password"' in reply.text) == (422, True)
        assert 'type="text" name="username" value="zhangsanfeng"' in reply.text
    assert "Enter your mobile number" in nameless.text
    assert "Enter your password." in empty.text
    assert "tries left" in wrong.text


def test_in_standard_mode_a_missing_password_is_a_fault(browser, visit):
    page = authorize(browser, visit).headers["Location"]

    reply = post(browser, f"{page}/sign-in", {"csrf_token": csrf(browser, page), "username": "zhangsanfeng"})

    assert reply.status_code == 422


def test_a_name_that_nobody_typed_is_no_first_step(provider, browser, visit):
    get(browser, "/?easy=1")
    page = authorize(browser, visit, login_hint="zhangsanfeng").headers["Location"]
    post(browser, f"{page}/sign-in", {"csrf_token": csrf(browser, page), "username": "zhangsanfeng"})
    sign_in(browser, page)
    form = dict(HIDDEN.findall(get(browser, page).text)) | {"decision": "allow", "lasting": "once"}
    provider.clock.advance(timedelta(minutes=40))

    shown = post(browser, f"{page}/consent", form).text

    assert ("第 1 步" in shown, 'name="password"' in shown) == (True, False)


def test_a_paused_sign_in_says_so_and_asks_for_the_name_again(browser, visit):
    page = authorize(browser, visit).headers["Location"]
    get(browser, f"{page}?easy=1&lang=en")

    replies = [sign_in(browser, page, password="not this one") for _ in range(6)]

    assert replies[-1].status_code == 429
    assert "sign-in is paused" in replies[-1].text
    assert 'name="password"' not in replies[-1].text


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
