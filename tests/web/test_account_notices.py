"""Messages about an account: a sign-in from a browser not seen before, and a changed way."""

import re
from datetime import timedelta

import pytest

from idp.app.notices import open_notices
from idp.domain.messages import civil_moment
from tests.support.clock import START
from tests.support.provider import ISSUER, open_provider
from tests.support.relying_party import Visit, csrf, get, post, sign_in, tokens, walk

CHROME = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36"
DEVICE = "__Host-tx_device"


@pytest.fixture
def provider(tmp_path):
    opened = open_provider(
        tmp_path, database_url=f"sqlite:///{tmp_path}/idp.db", messages={"adapter": "outbox"}
    )
    opened.enter()
    return opened


def enter_account(browser, username="zhangsanfeng", agent=CHROME, language="zh"):
    browser.environ_base["HTTP_USER_AGENT"] = agent
    page = get(browser, f"/sign-in?lang={language}").headers["Location"]
    return sign_in(browser, page, username)


def messages(provider):
    with provider.house.neighbours.database.read() as work:
        return work.outbox.waiting(limit=100)


def test_a_sign_in_from_a_new_browser_is_told(provider, browser):
    enter_account(browser)

    [message] = messages(provider)

    assert (message.topic, message.language, message.phone) == ("new_device", "zh", "+8610000000001")
    assert message.text == (
        "您的账号于2026年11月22日 14:00在首次使用的设备上登录（Chrome, Windows）。"
        "如非本人操作，请立即查看并处理：https://idp.test/account/history"
    )


def test_a_sign_in_from_a_browser_that_is_known_is_not(provider, browser):
    enter_account(browser)
    post(browser, "/sign-out", {"csrf_token": csrf(browser, "/")})
    provider.clock.advance(timedelta(days=30))

    enter_account(browser)

    assert len(messages(provider)) == 1


def test_another_browser_is_new_even_if_it_calls_itself_the_same(provider, browser):
    enter_account(browser)
    enter_account(provider.browser())

    assert len(messages(provider)) == 2


def test_a_browser_that_one_person_used_is_new_for_another(provider, browser):
    provider.enter("guli", document_number="650000199506220046", phone="+8610000000004")
    enter_account(browser)
    post(browser, "/sign-out", {"csrf_token": csrf(browser, "/")})

    enter_account(browser, "guli")

    assert {each.phone for each in messages(provider)} == {"+8610000000001", "+8610000000004"}


def test_a_thief_does_not_choose_the_language_of_the_warning(provider, browser):
    enter_account(browser, language="zh")
    provider.clock.advance(timedelta(minutes=1))

    enter_account(provider.browser(), language="en", agent="curl/8")

    assert "未能识别的设备" in messages(provider)[1].text


def test_who_reads_english_is_told_in_english(provider, browser):
    enter_account(browser, language="en")

    assert messages(provider)[0].text == (
        "Your account was signed in to at 22 November 2026, 14:00 from a device not seen before"
        " (Chrome, Windows). If this was not you, act now: https://idp.test/account/history"
    )


def test_who_has_no_phone_is_told_nothing_and_can_sign_in(provider, browser):
    provider.enter("guli", document_number="650000199506220046", phone=None)

    assert enter_account(browser, "guli").status_code == 303

    assert messages(provider) == ()


def test_a_refused_try_makes_no_browser_known(provider, browser):
    page = get(browser, "/sign-in").headers["Location"]

    reply = sign_in(browser, page, password="not this one")

    assert DEVICE not in str(reply.headers)
    assert messages(provider) == ()


@pytest.mark.parametrize("planted", ["", "x" * 65, "x", "%00", "known to nobody"])
def test_a_planted_cookie_makes_no_browser_known(provider, browser, planted):
    enter_account(provider.browser())
    browser.set_cookie(DEVICE, planted, domain="idp.test", secure=True)

    enter_account(browser)

    assert len(messages(provider)) == 2


def test_the_cookie_lasts_and_is_out_of_reach_of_scripts(browser):
    reply = enter_account(browser)

    [cookie] = [each for each in reply.headers.getlist("Set-Cookie") if each.startswith(DEVICE)]
    assert re.search(r"Secure; HttpOnly; .*Path=/; SameSite=Lax", cookie)
    assert "Max-Age=31536000" in cookie


def test_strangers_and_visits_with_a_session_get_no_such_cookie(browser, visit):
    assert DEVICE not in str(get(browser, "/").headers)
    walk(browser, visit)

    assert DEVICE not in str(get(browser, "/account/devices").headers)


def test_a_visit_with_a_session_asks_the_database_as_little_as_before(provider, browser, visit, counted):
    walk(browser, visit)
    walk(browser, visit)

    with counted() as statements:
        assert "code" in walk(browser, visit)

    # The consent and the account it is of, SQLite's BEGIN, the session's touch, the grant, the event.
    verbs = [
        re.sub(r"\s+", " ", each).split(" (")[0].split(" SET")[0].split(" WHERE")[0] for each in statements
    ]
    assert verbs == [
        (
            "SELECT consent.document, person.closes_at FROM person LEFT OUTER JOIN consent"
            " ON consent.person_id = person.id AND consent.client_id = ?"
        ),
        "BEGIN IMMEDIATE",
        "UPDATE session",
        "INSERT INTO grants",
        "INSERT INTO audit_event",
    ]


def test_a_changed_way_is_told_in_the_language_of_its_page(provider):
    records, person_id = provider.house.neighbours.database, provider.people["zhangsanfeng"]
    notices = open_notices(provider.house.tools.settings, provider.house.neighbours)
    with records.begin() as work:
        person = work.persons.get(person_id)
        notices.way_changed(work, person, "password", language="zh")
        notices.way_changed(work, person, "password", language="en")

    assert {each.language: each.text for each in messages(provider)} == {
        "zh": "您的登录密码已于2026年11月22日 14:00更改。如非本人操作，请立即查看并处理："
        "https://idp.test/account/history",
        "en": "Your password was changed at 22 November 2026, 14:00. If this was not you, act now:"
        " https://idp.test/account/history",
    }


def test_the_console_says_a_message_without_the_phone_number(tmp_path, capsys):
    provider = open_provider(tmp_path, database_url=f"sqlite:///{tmp_path}/idp.db")
    provider.enter()

    tokens(provider.browser(), Visit(provider.register()))

    said = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Message")]
    assert len(said) == 1
    assert said[0].startswith("Message (new_device, zh) to 100****0001: 您的账号于2026年11月22日")
    assert "10000000001" not in said[0]


@pytest.mark.parametrize(
    ("at", "zh", "en"),
    [
        (START, "2026年11月22日 14:00", "22 November 2026, 14:00"),
        (START.replace(month=12, day=31, hour=16), "2027年1月1日 00:00", "1 January 2027, 00:00"),
    ],
)
def test_moments_are_written_as_people_write_them(at, zh, en):
    assert (civil_moment(at, "zh"), civil_moment(at, "en")) == (zh, en)


def test_the_link_leads_to_the_history_after_signing_in(provider, browser):
    enter_account(provider.browser())
    [message] = messages(provider)
    link = re.search(r"https://\S+", message.text).group(0)

    page = get(browser, link.removeprefix(ISSUER)).headers["Location"]
    visit = get(browser, page).headers["Location"]
    sign_in(browser, visit)

    assert get(browser, visit).headers["Location"] == "/account/history"
