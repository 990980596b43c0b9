"""The sign-in page: every way to name oneself, throttling, and what an onlooker may not learn."""

import re
from datetime import timedelta

import pytest

from tests.support.provider import ISSUER, PASSWORD, open_provider
from tests.support.relying_party import Visit, authorize, csrf, get, post, sign_in


@pytest.fixture
def page(browser, visit):
    """Return the address of a visit that waits for a sign-in."""
    return authorize(browser, visit).headers["Location"]


@pytest.mark.parametrize(
    "typed",
    [
        "zhangsanfeng",
        "ZhangSanFeng",
        " zhangsanfeng ",
        "ｚｈａｎｇｓａｎｆｅｎｇ",
        "330000199001010014",
        "330000 19900101 0014",
        "３３００００１９９００１０１００１４",
        "10000000001",
        "+86 100 0000 0001",
        "100-0000-0001",
    ],
)
def test_a_person_is_known_by_name_phone_and_document(browser, page, typed):
    reply = sign_in(browser, page, typed)

    assert (reply.status_code, reply.headers["Location"]) == (303, page)


def test_a_document_number_that_ends_in_x_is_found_in_either_case(provider, browser, page):
    provider.enter("xu", document_number="11010519491231002X", phone=None)

    assert sign_in(browser, page, "11010519491231002x").status_code == 303


def test_a_wrong_password_says_what_remains_and_keeps_the_name(browser, page):
    reply = sign_in(browser, page, password="wrong")

    assert reply.status_code == 422
    assert "zhangsanfeng" in reply.text
    assert "wrong" not in reply.text.replace("wrong_", "")
    assert "4" in reply.text


def test_known_and_unknown_accounts_get_the_same_words_and_count(provider, visit):
    seen = {}
    for name in ("zhangsanfeng", "nobody-here"):
        browser = provider.browser()
        page = authorize(browser, visit).headers["Location"]
        replies = [sign_in(browser, page, name, "wrong") for _ in range(6)]
        seen[name] = [
            (reply.status_code, without_secrets(reply.text.replace(name, "NAME"), page)) for reply in replies
        ]

    assert seen["zhangsanfeng"] == seen["nobody-here"]
    assert [status for status, _ in seen["nobody-here"]] == [422] * 4 + [429] * 2


def without_secrets(text, page):
    text = text.replace(page.rpartition("/")[2], "VISIT")
    return re.sub(r'value="[^"]{40,}"', "", re.sub(r"\d{1,2}:\d{2}", "TIME", text))


def test_a_locked_name_stays_locked_even_with_the_right_password(browser, page):
    for _ in range(5):
        sign_in(browser, page, password="wrong")

    reply = sign_in(browser, page)

    assert reply.status_code == 429
    assert reply.headers["Retry-After"].endswith("GMT")
    assert "tx_session" not in str(reply.headers.getlist("Set-Cookie"))


def test_writing_a_phone_differently_gives_no_further_tries(browser, page):
    for typed in ("10000000001", "+8610000000001", "100 0000 0001", "+86 100-0000-0001", "１０000000001"):
        sign_in(browser, page, typed, "wrong")

    assert sign_in(browser, page, "10000000001").status_code == 429


def test_a_right_password_forgets_the_tries(browser, page, visit, provider):
    for _ in range(4):
        sign_in(browser, page, password="wrong")
    assert sign_in(browser, page).status_code == 303

    other = provider.browser()
    again = authorize(other, visit).headers["Location"]
    assert sign_in(other, again, password="wrong").status_code == 422


def test_failures_from_one_address_are_counted_over_all_names(tmp_path):
    provider = open_provider(
        tmp_path,
        database_url=f"sqlite:///{tmp_path}/idp.db",
        throttle={"account": "5 per 15 minutes", "address": "3 per 15 minutes"},
    )
    provider.enter()
    browser = provider.browser()
    page = authorize(browser, Visit(provider.register())).headers["Location"]
    for number in range(3):
        sign_in(browser, page, f"nobody-{number}", "wrong")

    assert sign_in(browser, page).status_code == 429


def test_the_session_secret_is_new_at_each_sign_in_and_never_the_browsers_choice(provider, browser, page):
    browser.set_cookie("__Host-tx_session", "planted", domain="idp.test", secure=True)

    sign_in(browser, page)

    secret = browser.get_cookie("__Host-tx_session", domain="idp.test").value
    assert secret != "planted"
    assert len(secret) == 43
    before = secret
    provider.clock.advance(timedelta(seconds=1))
    fresh = authorize(browser, Visit(provider.register()), prompt="login").headers["Location"]
    sign_in(browser, fresh)
    assert browser.get_cookie("__Host-tx_session", domain="idp.test").value != before


def test_signing_in_again_ends_the_older_session(provider, browser, page):
    sign_in(browser, page)
    older = browser.get_cookie("__Host-tx_session", domain="idp.test").value
    provider.clock.advance(timedelta(seconds=1))
    fresh = authorize(browser, Visit(provider.register()), prompt="login").headers["Location"]
    sign_in(browser, fresh)

    thief = provider.browser()
    thief.set_cookie("__Host-tx_session", older, domain="idp.test", secure=True)

    assert 'name="password"' in get(thief, get(thief, "/sign-in").headers["Location"]).text


def test_an_idle_session_ends_and_a_used_one_goes_on(provider, browser, page, visit):
    sign_in(browser, page)
    for _ in range(4):
        provider.clock.advance(timedelta(minutes=20))
        assert "/sessions/" in get(browser, "/").text or get(browser, "/").status_code == 200
        assert 'action="/sign-out"' in get(browser, "/").text

    provider.clock.advance(timedelta(minutes=32))

    assert 'action="/sign-out"' not in get(browser, "/").text
    assert visit


def test_no_session_outlives_half_a_day(provider, browser, page):
    sign_in(browser, page)
    for _ in range(36):
        provider.clock.advance(timedelta(minutes=20))
        get(browser, "/")

    assert 'action="/sign-out"' not in get(browser, "/").text


def test_cookies_are_out_of_reach_of_scripts_and_other_hosts(browser, page):
    reply = sign_in(browser, page)

    cookies = [*reply.headers.getlist("Set-Cookie"), *get(browser, page).headers.getlist("Set-Cookie")]
    assert any(cookie.startswith("__Host-tx_session=") for cookie in cookies)
    for cookie in cookies:
        assert cookie.startswith("__Host-tx_")
        # Session management wants one that scripts of our own page can read, on other sites too.
        told = cookie.startswith("__Host-tx_state=")
        for attribute in ("Secure", "SameSite=None" if told else "SameSite=Lax; HttpOnly", "Path=/"):
            assert set(attribute.split("; ")) <= set(cookie.split("; "))
        assert "Domain" not in cookie


def test_a_form_without_its_guard_is_refused_with_a_way_on(browser, page):
    reply = post(browser, f"{page}/sign-in", {"username": "zhangsanfeng", "password": PASSWORD})

    assert reply.status_code == 400
    assert f'href="{page}"' in reply.text
    assert "session" not in str(reply.headers.getlist("Set-Cookie"))


def test_a_form_from_another_site_is_refused(browser, page):
    form = {
        "csrf_token": csrf(browser, page),
        "username": "zhangsanfeng",
        "password": PASSWORD,
    }

    reply = post(browser, f"{page}/sign-in", form, headers={"Referer": "https://evil.test/"})

    assert reply.status_code == 400


@pytest.mark.parametrize(
    ("username", "password"),
    [("", ""), ("zhangsanfeng", ""), ("", PASSWORD), ("a" * 5000, "b"), ("a", "b" * 5000), ("\x00", "\x00")],
)
def test_bad_input_stays_on_the_page(browser, page, username, password):
    reply = sign_in(browser, page, username, password)

    assert reply.status_code == 422
    assert 'name="password"' in reply.text
    if password:
        assert password not in reply.text or len(password) == 1


def test_a_second_submit_after_signing_in_goes_on(browser, page):
    form = {
        "csrf_token": csrf(browser, page),
        "username": "zhangsanfeng",
        "password": PASSWORD,
    }
    post(browser, f"{page}/sign-in", form)

    again = post(browser, f"{page}/sign-in", form)

    assert (again.status_code, again.headers["Location"]) == (303, page)


def test_nothing_personal_reaches_log_or_audit(provider, browser, page, capsys):
    sign_in(browser, page, password="wrong-password-1")
    sign_in(browser, page, "330000199001010014")
    get(browser, "/")

    written = capsys.readouterr()
    kept = written.out + written.err + str(provider.events())
    for secret in (
        "zhangsanfeng",
        "张三丰",
        "330000199001010014",
        "0000000001",
        "wrong-password-1",
        PASSWORD,
    ):
        assert secret not in kept


def test_what_happened_is_in_the_audit_log(provider, browser, page):
    sign_in(browser, page, password="wrong")
    sign_in(browser, page)

    kinds = [kind for kind, _ in provider.events()]

    assert kinds[-2:] == ["SignInRefused", "SignedIn"]
    assert ISSUER
