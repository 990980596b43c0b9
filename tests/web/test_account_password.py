"""A new password: who may choose it, which ones are taken, and what ends with the old one."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from idp.domain.passwords import Weakness, weakness
from idp.tables import load_common_passwords
from tests.contract import values
from tests.support.provider import PASSWORD
from tests.support.relying_party import (
    Visit,
    authorize,
    csrf,
    get,
    post,
    redeem,
    sign_in,
    token,
    tokens,
    userinfo,
    walk,
)

PAGE = "/account/security/password"
NEW = "a quiet river in winter"
COMMON = load_common_passwords()


def enter_account(browser, username="zhangsanfeng", **person):
    sign_in(browser, get(browser, "/sign-in").headers["Location"], username, **person)


def change(browser, current=PASSWORD, new=NEW, again=None, **more):
    form = {"csrf_token": csrf(browser, PAGE), "current": current, "new": new, "again": again or new}
    return post(browser, PAGE, form | more)


def kinds(provider):
    return [kind for kind, _ in provider.events()]


def session_cookie(browser):
    return browser.get_cookie("__Host-tx_session", domain="idp.test").value


def test_the_new_password_counts_from_now_on_and_the_old_one_no_more(provider, browser):
    enter_account(browser)

    reply = change(browser)

    assert (reply.status_code, reply.headers["Location"]) == (303, "/account/security?done=password")
    assert "密码已修改" in get(browser, reply.headers["Location"]).text
    old, new = provider.browser(), provider.browser()
    assert sign_in(old, get(old, "/sign-in").headers["Location"]).status_code == 422
    assert sign_in(new, get(new, "/sign-in").headers["Location"], password=NEW).status_code == 303
    event = next(details for kind, details in provider.events() if kind == "PasswordChanged")
    assert (event["person_id"], event["sessions"]) == (provider.people["zhangsanfeng"], 0)
    assert NEW not in str(provider.events())


def test_the_secret_of_the_session_is_renewed_and_a_stolen_copy_is_worth_nothing(provider, browser):
    enter_account(browser)
    thief = provider.browser()
    thief.set_cookie("__Host-tx_session", session_cookie(browser), domain="idp.test", secure=True)
    assert get(thief, "/account/security").status_code == 200

    change(browser)

    assert get(thief, "/account/security").status_code == 303
    assert get(browser, "/account/security").status_code == 200


def test_other_sessions_end_with_their_grants_and_this_one_goes_on(provider, browser, client):
    elsewhere = provider.browser()
    theirs = tokens(elsewhere, Visit(client))
    enter_account(browser)
    mine = tokens(browser, Visit(client))

    change(browser)

    assert get(elsewhere, "/account/security").status_code == 303
    assert userinfo(elsewhere, theirs["access_token"]).status_code == 401
    assert userinfo(browser, mine["access_token"]).status_code == 200


def test_grants_that_outlive_their_sessions_end_too(provider, browser):
    portal = provider.register(grant_types=["authorization_code", "refresh_token"])
    elsewhere = provider.browser()
    offline = tokens(elsewhere, Visit(portal), scope="openid offline_access", prompt="consent")
    post(elsewhere, "/sign-out", {"csrf_token": csrf(elsewhere, "/")})
    refresh = {"grant_type": "refresh_token", "refresh_token": offline["refresh_token"]}
    kept = token(elsewhere, portal, refresh)
    assert kept.status_code == 200
    enter_account(browser)

    change(browser)

    again = token(elsewhere, portal, refresh | {"refresh_token": kept.json["refresh_token"]})
    assert again.json["error"] == "invalid_grant"


def test_portals_of_the_other_sessions_are_told(provider, browser):
    portal = provider.register(backchannel_logout_uri="https://rp.test/ended")
    tokens(provider.browser(), Visit(portal))
    enter_account(browser)

    change(browser)

    with provider.house.neighbours.database.read() as work:
        assert len(work.deliveries.of_client(portal.client_id, limit=10)) == 1


@pytest.mark.parametrize(
    ("new", "says"),
    [
        ("seven77", "至少输入 8 个字符"),
        ("😀" * 7, "至少输入 8 个字符"),
        ("x" * 1025, "最多1024个字符"),
        ("password123", "使用该密码的人很多"),
        ("ＰＡＳＳＷＯＲＤ１２３", "使用该密码的人很多"),
        ("23456789", "使用该密码的人很多"),
        ("abababab", "使用该密码的人很多"),
        ("张三丰的密码很长", "姓名、用户名、手机号和证件号码"),
        ("I am ZhangSanfeng", "姓名、用户名、手机号和证件号码"),
        ("my 10000000001", "姓名、用户名、手机号和证件号码"),
        ("19900101", "姓名、用户名、手机号和证件号码"),
        (PASSWORD, "新密码与当前密码相同"),
    ],
)
def test_a_weak_password_is_refused_at_its_field_in_words(browser, new, says):
    enter_account(browser)

    reply = change(browser, new=new)

    assert reply.status_code == 422
    error = re.search(r'id="new-error">(.*?)</p>', reply.text, re.DOTALL)
    assert error
    assert says in error.group(1)
    assert '<a href="#new">' in reply.text
    assert new not in reply.text


def test_a_weak_password_costs_no_try(browser):
    enter_account(browser)
    for _ in range(7):
        assert change(browser, new="short").status_code == 422

    assert change(browser).status_code == 303


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"current": ""}, "current"),
        ({"new": "", "again": ""}, "new"),
        ({"again": ""}, "again"),
        ({"again": "something else"}, "again"),
    ],
)
def test_what_is_missing_or_differs_is_said_at_its_field(browser, form, field):
    enter_account(browser)
    whole = {"csrf_token": csrf(browser, PAGE), "current": PASSWORD, "new": NEW, "again": NEW}

    reply = post(browser, PAGE, whole | form)

    assert reply.status_code == 422
    assert f'id="{field}-error"' in reply.text
    assert PASSWORD not in reply.text
    assert NEW not in reply.text


@pytest.mark.parametrize(
    "new",
    ["e\u0301tude en plein air", "密码　中的全角空格", " leading and trailing ", "Ｆｕｌｌ　ｗｉｄｔｈ"],
)
def test_a_password_is_kept_to_the_letter_as_the_sign_in_takes_it(provider, browser, new):
    enter_account(browser)

    assert change(browser, new=new).status_code == 303

    other = provider.browser()
    assert sign_in(other, get(other, "/sign-in").headers["Location"], password=new).status_code == 303


def test_the_password_so_far_cannot_be_guessed_by_a_stolen_session(provider, browser):
    enter_account(browser)
    replies = [change(browser, current=f"guess number {n}") for n in range(6)]

    assert [reply.status_code for reply in replies] == [422, 422, 422, 422, 429, 429]
    assert "还可以尝试 4 次" in replies[0].text
    assert "Retry-After" in replies[-1].headers
    # Even the right one is not taken now, and the sign-in counts the same tries.
    assert change(browser).status_code == 429
    other = provider.browser()
    for name in ("zhangsanfeng", "10000000001", "330000199001010014"):
        assert sign_in(other, get(other, "/sign-in").headers["Location"], name).status_code == 429
    assert kinds(provider).count("PasswordRefused") == 5


def test_tries_at_the_sign_in_count_here_as_well(provider, browser):
    enter_account(browser)
    stranger = provider.browser()
    page = get(stranger, "/sign-in").headers["Location"]
    for _ in range(5):
        sign_in(stranger, page, "+86 100 0000 0001", password="wrong password")

    assert change(browser).status_code == 429


def test_a_sign_in_that_is_not_recent_comes_first_and_leads_back(provider, browser):
    enter_account(browser)
    guard = csrf(browser, PAGE)
    provider.clock.advance(timedelta(minutes=11))

    asked = get(browser, PAGE)
    posted = post(browser, PAGE, {"csrf_token": guard, "current": PASSWORD, "new": NEW, "again": NEW})

    assert asked.headers["Location"] == "/sign-in?next=%2Faccount%2Fsecurity%2Fpassword"
    assert posted.headers["Location"] == "/sign-in?next=%2Faccount%2Fsecurity%2Fpassword"
    assert "PasswordChanged" not in kinds(provider)
    visit = get(browser, asked.headers["Location"]).headers["Location"]
    assert "已有一段时间" in get(browser, visit).text or 'name="password"' in get(browser, visit).text
    sign_in(browser, visit)
    assert get(browser, visit).headers["Location"] == PAGE
    assert change(browser).status_code == 303


def test_using_the_session_does_not_make_its_sign_in_recent(provider, browser, client):
    enter_account(browser)
    for _ in range(4):
        provider.clock.advance(timedelta(minutes=5))
        get(browser, "/account/devices")
        authorize(browser, Visit(client))

    assert get(browser, PAGE).status_code == 303


def test_another_site_cannot_post_it(provider, browser):
    enter_account(browser)
    form = {"current": PASSWORD, "new": NEW, "again": NEW}

    assert post(browser, PAGE, form).status_code == 400
    stranger = provider.browser()
    enter_account(stranger)
    foreign = csrf(stranger, PAGE)
    assert post(browser, PAGE, form | {"csrf_token": foreign}).status_code == 400
    crossed = post(
        browser, PAGE, form | {"csrf_token": csrf(browser, PAGE)}, headers={"Referer": "https://evil.test/"}
    )
    assert crossed.status_code == 400
    assert "PasswordChanged" not in kinds(provider)


def test_a_stranger_gets_to_the_sign_in_only(provider):
    stranger = provider.browser()

    reply = post(
        stranger, PAGE, {"csrf_token": csrf(stranger, get(stranger, "/sign-in").headers["Location"])}
    )

    assert reply.headers["Location"].startswith("/sign-in")


def test_a_session_that_ended_meanwhile_changes_nothing(provider, browser):
    enter_account(browser)
    guard = csrf(browser, PAGE)
    other = provider.browser()
    enter_account(other)
    post(other, "/sessions/end-others", {"csrf_token": csrf(other, "/")})

    reply = post(browser, PAGE, {"csrf_token": guard, "current": PASSWORD, "new": NEW, "again": NEW})

    assert reply.headers["Location"].startswith("/sign-in")
    assert "PasswordChanged" not in kinds(provider)


def test_of_racing_changes_one_wins_and_no_session_of_the_old_password_is_left(any_provider):
    browsers = [any_provider.browser() for _ in range(4)]
    for each in browsers:
        enter_account(each)
    guards = [csrf(each, PAGE) for each in browsers]

    def attempt(number):
        new = f"a quiet river {number}"
        form = {"csrf_token": guards[number], "current": PASSWORD, "new": new, "again": new}
        return post(browsers[number], PAGE, form).headers.get("Location", "")

    with ThreadPoolExecutor(4) as pool:
        locations = list(pool.map(attempt, range(4)))

    assert sorted(location.startswith("/account/security?done") for location in locations) == [
        False,
        False,
        False,
        True,
    ]
    with any_provider.house.neighbours.database.read() as work:
        assert len(work.sessions.of_person(any_provider.people["zhangsanfeng"])) == 1


def test_a_sign_in_with_the_old_password_that_is_late_opens_nothing(any_provider):
    database = any_provider.house.neighbours.database
    with database.read() as work:
        before = work.persons.credential(("zhangsanfeng",))
    browser = any_provider.browser()
    enter_account(browser)
    change(browser)

    with database.begin() as work:
        assert not work.persons.keep_password(before)


def test_the_page_of_ways_names_the_password_and_leads_to_its_change(browser):
    enter_account(browser)

    shown = get(browser, "/account/security").text

    assert f'href="{PAGE}"' in shown
    assert 'href="/account/security/passkeys"' in shown
    assert "个通行密钥" not in shown


def test_passwords_may_be_pasted_and_filled_in_by_managers(browser):
    enter_account(browser)

    shown = get(browser, PAGE).text

    assert shown.count('autocomplete="new-password"') == 2
    assert shown.count('autocomplete="current-password"') == 1
    assert "onpaste" not in shown
    assert "maxlength" not in shown


def test_the_code_that_is_redeemed_late_is_worth_nothing(provider, browser, client):
    elsewhere = provider.browser()
    visit = Visit(client)
    code = walk(elsewhere, visit)["code"]
    enter_account(browser)

    change(browser)

    assert redeem(elsewhere, visit, code).json["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "日照香炉生紫烟遥看瀑布",
        "12 ponds, 3 herons",
        "zh4ng-and-other-things",
        "Tr0ub4dor&3 x",
    ],
)
def test_a_good_password_needs_no_composition(password):
    assert weakness(password, values.person(), COMMON) is None


@pytest.mark.parametrize(
    ("name", "password", "weak"),
    [
        ("阿卜杜拉·买买提", "买买提的老家在喀什", Weakness.PERSONAL),
        ("Anna-María O'Neill", "maría-and-the-sea", Weakness.PERSONAL),
        ("Bo Li", "Bolivia by bicycle", Weakness.PERSONAL),
        ("Bo X", "Bolivia by bicycle", None),
        ("张", "张家界的山水甲天下", None),
    ],
)
def test_pieces_of_a_name_count_when_they_are_long_enough(name, password, weak):
    assert weakness(password, values.person(name=name), COMMON) is weak


def test_common_passwords_are_folded_and_long_enough_to_matter():
    assert len(COMMON) > 150
    assert [each for each in COMMON if len(each) < 8] == []
