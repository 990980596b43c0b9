"""Choosing an account: who goes on, who signs in anew, and answers that do not count."""

from datetime import timedelta

import pytest

from tests.support.relying_party import HIDDEN, Visit, answer, authorize, csrf, get, post, sign_in, walk


@pytest.fixture
def page(provider, browser, visit):
    walk(browser, visit)
    provider.clock.advance(timedelta(minutes=3))
    return authorize(browser, Visit(visit.client), prompt="select_account").headers["Location"]


def form_of(browser, page):
    return dict(HIDDEN.findall(get(browser, page).text))


def test_the_page_names_the_account_masked(browser, page):
    shown = get(browser, page).text

    assert "以张**的身份继续" in shown
    assert "张三丰" not in shown
    assert 'name="password"' not in shown


def test_going_on_asks_for_no_password(browser, page):
    done = post(browser, f"{page}/choose", form_of(browser, page))

    assert "code" in answer(done)


def test_another_account_signs_in_instead(provider, browser, page):
    provider.enter("guli", document_number="650000199506220046", phone=None)

    post(browser, f"{page}/switch", {"csrf_token": csrf(browser, page)})
    assert 'name="password"' in get(browser, page).text
    sign_in(browser, page, "guli")

    # The other person has not been asked before.
    assert 'value="allow"' in get(browser, page).text


def test_cancelling_leads_back(browser, page):
    declined = answer(post(browser, f"{page}/cancel", {"csrf_token": csrf(browser, page)}))

    assert declined["error"] == "access_denied"


@pytest.mark.parametrize("session", ["", "another"])
def test_an_answer_that_was_shown_to_somebody_else_does_not_count(browser, page, session):
    form = form_of(browser, page) | {"session": session}

    reply = post(browser, f"{page}/choose", form)

    assert "以张**的身份继续" in reply.text


def test_an_answer_from_another_site_does_not_count(browser, page):
    form = form_of(browser, page) | {"csrf_token": "guessed"}

    assert post(browser, f"{page}/choose", form).status_code == 400
    assert "以张**的身份继续" in get(browser, page).text


def test_a_choice_and_a_fresh_sign_in_may_be_asked_for_together(provider, browser, visit):
    walk(browser, visit)
    provider.clock.advance(timedelta(minutes=3))
    page = authorize(browser, Visit(visit.client), prompt="select_account login").headers["Location"]

    reply = post(browser, f"{page}/choose", form_of(browser, page))

    assert 'name="password"' in reply.text
