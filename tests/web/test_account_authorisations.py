"""The portals that may see a person's data, and taking that back."""

from datetime import timedelta

import pytest

from tests.support.relying_party import Visit, authorize, csrf, decide, get, post, sign_in, tokens, walk

PAGE = "/account/authorisations"


def test_nobody_may_see_anything_at_first(browser):
    sign_in(browser, get(browser, "/sign-in").headers["Location"])

    shown = get(browser, f"{PAGE}?lang=en").text

    assert "No portal may see your data." in shown
    assert "it appears here" in shown


def test_what_is_allowed_since_when_and_until_when(browser, visit):
    tokens(browser, visit, scope="openid profile offline_access", claims='{"userinfo": {"gender": null}}')

    shown = get(browser, f"{PAGE}?lang=en").text

    assert "1 portal may see your data." in shown
    for words in ("Basic profile", "Gender", "Keep this access while you are away", "you withdraw it"):
        assert words in shown
    assert '<time datetime="2026-11-22T06:00:02+00:00">22 November 2026, 14:00</time>' in shown
    assert "until <time" in shown
    assert "20 February 2027, 14:00</time>" in shown


def test_nothing_is_said_of_absence_where_access_ends_with_the_session(browser, visit):
    walk(browser, visit)

    assert "While you are away" not in get(browser, f"{PAGE}?lang=en").text


def test_the_question_says_what_happens_and_changes_nothing(browser, visit):
    walk(browser, visit)
    address = f"{PAGE}/{visit.client.client_id}/withdraw"
    assert f'href="{address}"' in get(browser, PAGE).text

    shown = get(browser, f"{address}?lang=en")

    assert shown.status_code == 200
    assert "Withdraw the permission of 测试门户?" in shown.text
    assert "it receives nothing from here" in shown.text
    assert "1 portal may see your data." in get(browser, PAGE).text


def test_withdrawing_is_done_by_the_button_and_asked_anew_afterwards(browser, visit):
    walk(browser, visit)
    address = f"{PAGE}/{visit.client.client_id}/withdraw"

    form = {"csrf_token": csrf(browser, address)}
    reply = post(browser, f"/consents/{visit.client.client_id}/withdraw", form)

    assert reply.headers["Location"] == f"{PAGE}?done=consent"
    assert "No portal may see your data." in get(browser, f"{PAGE}?done=consent&lang=en").text
    page = authorize(browser, visit).headers["Location"]
    assert 'name="decision"' in get(browser, page).text


@pytest.mark.parametrize("client_id", ["unknown", "%00", "%0A", "x" * 300])
def test_there_is_no_question_about_nothing(browser, visit, client_id):
    walk(browser, visit)

    assert get(browser, f"{PAGE}/{client_id}/withdraw").headers["Location"] == PAGE


def test_there_is_no_question_about_anothers_consent(provider, browser, visit):
    provider.enter("guli", document_number="650000199506220046", phone=None)
    walk(browser, visit)
    thief = provider.browser()
    sign_in(thief, get(thief, "/sign-in").headers["Location"], "guli")

    reply = get(thief, f"{PAGE}/{visit.client.client_id}/withdraw")
    post(thief, f"/consents/{visit.client.client_id}/withdraw", {"csrf_token": csrf(thief, "/")})

    assert reply.headers["Location"] == PAGE
    assert "1 portal may see your data." in get(browser, f"{PAGE}?lang=en").text


def test_many_portals_with_long_names_are_listed_with_few_questions(provider, browser, counted):
    first = Visit(provider.register(client_name="很长的名字" * 10))
    walk(browser, first)
    for number in range(1, 30):
        provider.clock.advance(timedelta(seconds=1))
        walk(browser, Visit(provider.register(client_name=f"门户{number}")))
    get(browser, PAGE)

    with counted() as statements:
        shown = get(browser, f"{PAGE}?lang=en").text

    assert "30 portals may see your data." in shown
    assert "很长的名字" * 10 in shown
    assert len(statements) == 3
    assert shown.index("门户29") < shown.index("门户1<")


def test_declining_leaves_no_authorisation(browser, visit):
    page = authorize(browser, visit).headers["Location"]
    sign_in(browser, page)
    decide(browser, page, "deny")

    assert "No portal may see your data." in get(browser, f"{PAGE}?lang=en").text
