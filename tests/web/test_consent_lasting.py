"""How long a yes lasts: this once, for half a year, or until it is withdrawn."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.contract import values
from tests.support.relying_party import (
    HIDDEN,
    Visit,
    answer,
    authorize,
    csrf,
    decide,
    get,
    post,
    redeem,
    sign_in,
    token,
    userinfo,
)

HALF_A_YEAR = timedelta(days=183)
MOMENT = timedelta(seconds=1)


def allowed(browser, visit, lasting, **changes):
    page = authorize(browser, visit, **changes).headers["Location"]
    if 'name="password"' in get(browser, page).text:
        sign_in(browser, page)
    return answer(decide(browser, page, lasting=lasting))


def enter(browser):
    page = get(browser, "/sign-in").headers["Location"]
    sign_in(browser, page)


def silently(browser, client):
    return answer(authorize(browser, Visit(client), prompt="none"))


def refresh(browser, visit, held):
    form = {"grant_type": "refresh_token", "refresh_token": held["refresh_token"]}
    return token(browser, visit.client, form)


def test_a_yes_for_once_is_asked_for_again_at_the_next_visit(provider, browser, visit):
    code = allowed(browser, visit, "once")["code"]

    assert redeem(browser, visit, code).status_code == 200
    provider.clock.advance(MOMENT)
    assert silently(browser, visit.client)["error"] == "consent_required"


def test_a_yes_for_once_opens_no_visit_that_was_begun_before(browser, visit):
    kept = [authorize(browser, Visit(visit.client)).headers["Location"] for _ in range(2)]

    allowed(browser, visit, "once")

    assert all('value="allow"' in get(browser, page).text for page in kept)


def test_what_was_allowed_once_ends_with_the_sign_out(browser, visit):
    code = allowed(browser, visit, "once", scope="openid profile offline_access")["code"]
    held = redeem(browser, visit, code).json
    assert held["scope"] == "openid profile"

    post(browser, "/sign-out", {"csrf_token": csrf(browser, "/")})

    assert refresh(browser, visit, held).json["error"] == "invalid_grant"
    assert userinfo(browser, held["access_token"]).status_code == 401


def test_a_yes_until_it_is_withdrawn_is_remembered(browser, visit):
    allowed(browser, visit, "until-withdrawn")

    assert "code" in silently(browser, visit.client)


def test_a_yes_for_half_a_year_ends_then(provider, browser, visit):
    allowed(browser, visit, "half-a-year")
    assert "code" in silently(browser, visit.client)

    provider.clock.advance(HALF_A_YEAR + MOMENT)

    page = authorize(browser, Visit(visit.client)).headers["Location"]
    sign_in(browser, page)
    assert 'value="allow"' in get(browser, page).text


def test_the_page_that_asks_anew_says_that_the_permission_has_ended(provider, browser, visit):
    allowed(browser, visit, "half-a-year")
    provider.clock.advance(HALF_A_YEAR + MOMENT)
    page = authorize(browser, Visit(visit.client)).headers["Location"]
    sign_in(browser, page)

    sentence = "What you allowed 测试门户 before has come to its end. You are asked anew."
    assert sentence in get(browser, f"{page}?lang=en").text
    more = authorize(browser, Visit(visit.client), scope="openid phone").headers["Location"]
    assert sentence in get(browser, more).text
    decide(browser, page)
    more = authorize(browser, Visit(visit.client), scope="openid phone").headers["Location"]
    assert sentence not in get(browser, more).text


def test_a_permission_that_ends_while_the_page_is_open_gives_no_dead_code(provider, browser, visit):
    allowed(browser, visit, "half-a-year")
    provider.clock.advance(HALF_A_YEAR - timedelta(minutes=90))
    page = authorize(browser, Visit(visit.client)).headers["Location"]
    for _ in range(10):
        provider.clock.advance(timedelta(minutes=10))
        browser.head(page, base_url="https://idp.test")

    sign_in(browser, page)

    assert 'value="allow"' in get(browser, page).text


def test_what_was_allowed_once_does_not_go_on_while_the_person_is_away(provider, browser, visit):
    code = allowed(browser, visit, "once", scope="openid offline_access")["code"]
    held = redeem(browser, visit, code).json
    assert refresh(browser, visit, held).status_code == 200

    provider.clock.advance(timedelta(days=2))

    newest = refresh(browser, visit, held)
    assert (newest.status_code, newest.json["error"]) == (400, "invalid_grant")


def test_a_shorter_permission_ends_what_the_longer_one_gave(provider, browser, visit):
    code = allowed(browser, visit, "until-withdrawn", scope="openid offline_access")["code"]
    held = redeem(browser, visit, code).json

    allowed(browser, visit, "once", scope="openid offline_access", prompt="consent")

    assert refresh(browser, visit, held).json["error"] == "invalid_grant"


def test_a_permission_for_once_is_counted_as_long_as_its_session_lasts(browser, visit):
    allowed(browser, visit, "once")
    assert "1个平台可获取您的信息" in get(browser, "/").text

    post(browser, "/sign-out", {"csrf_token": csrf(browser, "/")})
    enter(browser)

    assert "1个平台" not in get(browser, "/").text
    assert "目前没有平台可获取您的信息" in get(browser, "/account/authorisations").text


@pytest.mark.parametrize("lasting", ["", "for-ever"])
def test_a_wrong_length_gives_nothing(browser, visit, lasting):
    page = authorize(browser, visit).headers["Location"]
    sign_in(browser, page)

    reply = decide(browser, page, lasting=lasting)

    assert reply.status_code == 200
    assert 'value="allow"' in reply.text


def test_who_names_no_length_allows_it_once(provider, browser, visit):
    page = authorize(browser, visit).headers["Location"]
    sign_in(browser, page)
    form = dict(HIDDEN.findall(get(browser, page).text)) | {"decision": "allow"}

    assert "code" in answer(post(browser, f"{page}/consent", form))
    provider.clock.advance(MOMENT)
    assert silently(browser, visit.client)["error"] == "consent_required"


@pytest.mark.parametrize(
    ("lasting", "words"),
    [("once", "本次登录结束"), ("half-a-year", "2027年5月24日"), ("until-withdrawn", "您撤回")],
)
def test_the_account_says_until_when(browser, visit, lasting, words):
    allowed(browser, visit, lasting)

    assert words in get(browser, "/account/authorisations").text


def test_what_was_not_shown_again_is_not_prolonged():
    soon, late = values.NOW + timedelta(days=1), values.NOW + timedelta(days=2)
    older = replace(values.consent(), asked=frozenset({"a", "b"}), allowed=frozenset({"a"}), until=late)
    newer = replace(older, asked=frozenset({"b", "c"}), allowed=frozenset({"c"}), given_at=soon, until=None)

    whole = newer.over(older)

    assert whole.asked == frozenset({"a", "b", "c"})
    assert whole.allowed == frozenset({"a", "c"})
    assert whole.until == late
    assert newer.over(replace(older, until=values.NOW)) == newer
    assert replace(newer, asked=older.asked).over(older).until is None
