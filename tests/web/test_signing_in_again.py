"""Why somebody who was signed in has to sign in again, and how old a sign-in may be at the end of a visit."""

from datetime import timedelta

import pytest

from idp.domain.assurance import Level
from tests.support.relying_party import (
    HIDDEN,
    Visit,
    answer,
    authorize,
    claims_of,
    csrf,
    decide,
    get,
    post,
    redeem,
    sign_in,
    walk,
)

MINUTE = timedelta(minutes=1)
LOOK = 10 * MINUTE


def shown_for(browser, visit, **changes):
    page = authorize(browser, Visit(visit.client), **changes).headers["Location"]
    return get(browser, f"{page}?lang=en").text


def keep_open(provider, browser, page, times):
    """Let the page hold its visit as its script does, while another tab keeps the session from being idle."""
    for _ in range(times):
        provider.clock.advance(LOOK)
        browser.head(page, base_url="https://idp.test")
        get(browser, "/account/devices")


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (
            {"max_age": "60"},
            "Some time has passed since you signed in, and 测试门户 asks for a newer sign-in.",
        ),
        (
            {"prompt": "login"},
            "You are signed in already. To be sure that it is you, 测试门户 asks you again.",
        ),
    ],
)
def test_the_page_says_why_it_asks_again(provider, browser, visit, asked, sentence):
    walk(browser, visit)
    provider.clock.advance(2 * MINUTE)

    assert sentence in shown_for(browser, visit, **asked)
    assert sentence not in shown_for(provider.browser(), visit, **asked)


def test_the_page_says_that_a_higher_level_is_needed(provider, browser, visit):
    provider.enter("weak", level=Level.L1, document_number="330000199001010022", phone="+8610000000002")
    page = authorize(browser, visit).headers["Location"]
    sign_in(browser, page, "weak")
    decide(browser, page)
    provider.clock.advance(MINUTE)

    level = '{"id_token": {"acr": {"essential": true, "value": "%sacr/l2"}}}'
    shown = shown_for(browser, visit, claims=level % provider.house.tools.settings.namespace)

    assert "测试门户 asks for a higher level than this sign-in has reached." in shown


def test_the_page_says_that_somebody_else_is_expected(provider, browser, visit):
    held = redeem(browser, visit, walk(browser, visit)["code"]).json
    provider.enter("other", document_number="330000199001010022", phone="+8610000000002")
    elsewhere = provider.browser()
    page = authorize(elsewhere, visit).headers["Location"]
    sign_in(elsewhere, page, "other")
    provider.clock.advance(MINUTE)

    shown = shown_for(elsewhere, visit, id_token_hint=held["id_token"])

    assert "测试门户 expects another account than the one that is signed in here." in shown


def test_a_page_that_was_read_for_too_long_says_so_and_goes_on(provider, browser, visit):
    page = authorize(browser, visit).headers["Location"]
    sign_in(browser, page)
    assert 'value="allow"' in get(browser, page).text
    for _ in range(4):
        provider.clock.advance(LOOK)
        browser.head(page, base_url="https://idp.test")

    shown = get(browser, f"{page}?lang=en").text

    assert "Your earlier sign-in has ended. Please sign in again." in shown
    sign_in(browser, page)
    assert "code" in answer(decide(browser, page))


def test_who_was_never_signed_in_or_signed_out_is_told_of_no_earlier_sign_in(provider, browser, visit):
    walk(browser, visit)
    post(browser, "/sign-out", {"csrf_token": csrf(browser, "/")})

    assert "Your earlier sign-in" not in shown_for(browser, visit)
    assert "Your earlier sign-in" not in shown_for(provider.browser(), visit)


@pytest.mark.parametrize("asked", [{"max_age": "300"}, {"prompt": "login consent"}])
def test_a_page_that_stays_open_for_hours_makes_no_old_sign_in_new(provider, browser, visit, asked):
    walk(browser, visit)
    again = Visit(visit.client)
    page = authorize(browser, again, **({"prompt": "consent"} | asked)).headers["Location"]
    if "login" in asked.get("prompt", ""):
        sign_in(browser, page)
    assert 'value="allow"' in get(browser, page).text
    keep_open(provider, browser, page, times=18)

    due = decide(browser, page)

    assert 'name="password"' in due.text
    sign_in(browser, page)
    code = answer(decide(browser, page))["code"]
    told = claims_of(redeem(browser, again, code).json["id_token"])
    assert told["iat"] - told["auth_time"] <= 300


@pytest.mark.parametrize("asked", [{"prompt": "login"}, {}])
def test_whoever_reads_for_a_while_after_signing_in_is_not_asked_again(provider, browser, visit, asked):
    page = authorize(browser, visit, **asked).headers["Location"]
    sign_in(browser, page)
    keep_open(provider, browser, page, times=3)

    assert "code" in answer(decide(browser, page))


def test_an_age_that_is_told_stays_near_what_was_asked_for(provider, browser, visit):
    page = authorize(browser, visit, max_age="0").headers["Location"]
    sign_in(browser, page)
    provider.clock.advance(6 * MINUTE)

    assert 'name="password"' in decide(browser, page).text


def test_what_was_allowed_is_not_lost_while_the_sign_in_is_renewed(provider, browser, visit):
    page = authorize(browser, visit, scope="openid cn_id_number", max_age="60").headers["Location"]
    sign_in(browser, page)
    form = dict(HIDDEN.findall(get(browser, page).text))
    provider.clock.advance(10 * MINUTE)
    answers = {"decision": "allow", "lasting": "until-withdrawn", "sensitive": "cn_id_number"}

    assert post(browser, f"{page}/consent", form | answers).headers["Location"] == page
    done = get(browser, sign_in(browser, page).headers["Location"])

    assert redeem(browser, visit, answer(done)["code"]).json["scope"] == "openid cn_id_number"


def test_what_another_person_allowed_is_asked_of_whoever_signs_in_then(provider, browser, visit):
    provider.enter("other", document_number="330000199001010022", phone="+8610000000002")
    page = authorize(browser, visit, max_age="60").headers["Location"]
    sign_in(browser, page)
    form = dict(HIDDEN.findall(get(browser, page).text)) | {"decision": "allow", "lasting": "once"}
    provider.clock.advance(10 * MINUTE)
    post(browser, f"{page}/consent", form)

    sign_in(browser, page, "other")

    assert 'value="allow"' in get(browser, page).text


@pytest.mark.parametrize("asked", [{"max_age": "300"}, {}])
def test_a_no_needs_no_new_sign_in(provider, browser, visit, asked):
    walk(browser, visit)
    provider.clock.advance(timedelta(seconds=290))
    page = authorize(browser, Visit(visit.client), prompt="consent", **asked).headers["Location"]
    form = dict(HIDDEN.findall(get(browser, page).text)) | {"decision": "deny"}
    provider.clock.advance(timedelta(seconds=20))

    refused = post(browser, f"{page}/consent", form)

    assert answer(refused)["error"] == "access_denied"
    assert provider.events()[-1][0] == "ConsentRefused"


def test_a_no_of_another_session_is_none(provider, browser, visit):
    page = authorize(browser, visit).headers["Location"]
    sign_in(browser, page)
    form = dict(HIDDEN.findall(get(browser, page).text)) | {"decision": "deny", "session": "another"}

    assert 'value="allow"' in post(browser, f"{page}/consent", form).text


def test_a_wrong_password_holds_the_visit_too(provider, browser, visit):
    page = authorize(browser, visit).headers["Location"]
    guard = csrf(browser, page)
    form = {"csrf_token": guard, "username": "zhangsanfeng", "password": "not this one"}
    provider.clock.advance(50 * MINUTE)
    assert post(browser, f"{page}/sign-in", form).status_code == 422
    provider.clock.advance(11 * MINUTE)

    assert sign_in(browser, page).status_code == 303
