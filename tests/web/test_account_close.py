"""Closing an account: what ends at once, how it is taken back, and what is left in the end."""

import re
from datetime import timedelta

import pytest

from idp.settings import SettingsError, load_settings
from tests.support.provider import PASSWORD, open_provider
from tests.support.relying_party import (
    Visit,
    answer,
    ask,
    authorize,
    csrf,
    decide,
    get,
    post,
    redeem,
    sign_in,
    token,
    tokens,
    userinfo,
    walk,
)

PAGE = "/account/close"
HIDDEN_SESSION = re.compile(r'name="session" value="([^"]+)"')


def enter_account(browser, username="zhangsanfeng"):
    visit = get(browser, "/sign-in").headers["Location"]
    sign_in(browser, visit, username)
    return visit


def close(browser, **form):
    return post(browser, PAGE, {"csrf_token": csrf(browser, PAGE), "understood": "yes"} | form)


def closed(provider, username="zhangsanfeng"):
    """Let a browser of its own close the account."""
    browser = provider.browser()
    enter_account(browser, username)
    assert close(browser).status_code == 200
    return browser


def keep(browser, visit):
    shown = get(browser, visit).text
    session = HIDDEN_SESSION.search(shown).group(1)
    return post(browser, f"{visit}/keep", {"csrf_token": csrf(browser, visit), "session": session})


def kinds(provider):
    return [kind for kind, _ in provider.events()]


def run_job(provider):
    return provider.house.jobs.turns["erase_people"].job.run_once()


def test_the_page_says_until_when_and_what_is_kept(browser):
    enter_account(browser)

    shown = get(browser, PAGE).text

    assert "15 天内可以撤回" in shown
    assert "2026年12月7日 14:00" in shown
    assert "网络安全法" in shown
    assert "不少于六个月" in shown


def test_it_is_closed_only_with_the_tick(provider, browser):
    enter_account(browser)

    reply = close(browser, understood="")

    assert reply.status_code == 422
    assert 'id="understood-error"' in reply.text
    assert "ClosingBegun" not in kinds(provider)
    assert get(browser, "/account/data").status_code == 200


def test_closing_ends_every_session_and_grant_and_tells_the_portals(provider, browser):
    portal = provider.register(
        grant_types=["authorization_code", "refresh_token"], backchannel_logout_uri="https://rp.test/ended"
    )
    elsewhere = provider.browser()
    offline = tokens(elsewhere, Visit(portal), scope="openid offline_access", prompt="consent")
    enter_account(browser)

    reply = close(browser)

    assert "2026年12月7日 14:00" in reply.text
    assert get(browser, "/account/data").status_code == 303
    assert get(elsewhere, "/account/data").status_code == 303
    assert userinfo(elsewhere, offline["access_token"]).status_code == 401
    refresh = {"grant_type": "refresh_token", "refresh_token": offline["refresh_token"]}
    assert token(elsewhere, portal, refresh).json["error"] == "invalid_grant"
    assert ask(elsewhere, "/introspect", portal, token=offline["access_token"]).json == {"active": False}
    with provider.house.neighbours.database.read() as work:
        assert len(work.deliveries.of_client(portal.client_id, limit=10)) == 1
    event = next(details for kind, details in provider.events() if kind == "ClosingBegun")
    assert (event["sessions"], event["grants"]) == (2, 1)


def test_portals_that_are_told_in_frames_are_framed(provider, browser):
    portal = provider.register(frontchannel_logout_uri="https://rp.test/frame")
    walk(browser, Visit(portal))

    reply = close(browser)

    assert '<iframe hidden src="https://rp.test/frame' in reply.text
    assert "frame-src https://rp.test" in reply.headers["Content-Security-Policy"]


def test_a_code_that_was_waiting_is_worth_nothing(provider, client):
    browser = provider.browser()
    visit = Visit(client)
    code = walk(browser, visit)["code"]
    close(browser)

    assert redeem(browser, visit, code).json["error"] == "invalid_grant"


def test_whoever_signs_in_meanwhile_sees_one_page_everywhere(provider, browser):
    closed(provider)

    visit = enter_account(browser)

    shown = get(browser, visit).text
    assert "2026年12月7日 14:00" in shown
    assert f'action="{visit}/keep"' in shown
    for page in ("/account/data", "/account/history", "/account/security", PAGE, "/account/data/copy"):
        reply = get(browser, page)
        assert reply.headers["Location"].startswith("/sign-in?next=")
        assert (
            get(browser, get(browser, reply.headers["Location"]).headers["Location"]).text.count("/keep") == 1
        )
    assert "张" not in get(browser, "/").text


def test_no_portal_is_answered_meanwhile(provider, browser, client):
    walk(provider.browser(), Visit(client))
    closed(provider)
    enter_account(browser)
    visit = Visit(client)

    page = authorize(browser, visit).headers["Location"]
    silent = answer(authorize(browser, visit, prompt="none"))
    shown = get(browser, page).text
    consented = decide(browser, page)
    posted = post(
        browser,
        f"{page}/sign-in",
        {"csrf_token": csrf(browser, page), "username": "zhangsanfeng", "password": PASSWORD},
    )

    assert silent["error"] == "interaction_required"
    assert f'action="{page}/keep"' in shown
    assert (consented.status_code, "code=" in consented.headers.get("Location", "")) == (200, False)
    assert posted.headers["Location"] == page
    assert "GrantIssued" not in kinds(provider)[kinds(provider).index("ClosingBegun") :]


def test_grants_that_slipped_through_still_yield_nothing(provider, client):
    browser = provider.browser()
    portal = provider.register(grant_types=["authorization_code", "refresh_token"])
    visit, other = Visit(portal), Visit(portal)
    code = walk(browser, visit)["code"]
    issued = tokens(browser, other)
    with provider.house.neighbours.database.begin() as work:
        work.persons.close(provider.people["zhangsanfeng"], provider.clock.now() + timedelta(days=15))

    assert redeem(browser, visit, code).json["error"] == "invalid_grant"
    refresh = {"grant_type": "refresh_token", "refresh_token": issued["refresh_token"]}
    assert token(browser, portal, refresh).json["error"] == "invalid_grant"
    assert userinfo(browser, issued["access_token"]).status_code == 401


def test_one_button_takes_it_back_and_leads_on_to_the_portal(provider, browser, client):
    walk(provider.browser(), Visit(client))
    closed(provider)
    page = authorize(browser, Visit(client)).headers["Location"]
    sign_in(browser, page)

    reply = keep(browser, page)

    assert "code=" in reply.headers["Location"]
    assert kinds(provider).count("ClosingTakenBack") == 1
    assert get(browser, "/account/data").status_code == 200
    assert "您撤回了注销账号" in get(browser, "/account/history").text
    provider.clock.advance(timedelta(days=16))
    assert run_job(provider) == 0


def test_taking_it_back_on_the_way_to_a_page_leads_to_that_page(provider, browser):
    closed(provider)
    visit = get(browser, "/sign-in?next=/account/history").headers["Location"]
    sign_in(browser, visit)

    assert keep(browser, visit).headers["Location"] == "/account/history"


def test_a_person_can_also_leave_it_closed_and_go_back_to_the_portal(provider, browser, client):
    closed(provider)
    page = authorize(browser, Visit(client)).headers["Location"]
    sign_in(browser, page)

    reply = post(browser, f"{page}/cancel", {"csrf_token": csrf(browser, page)})

    assert answer(reply)["error"] == "access_denied"
    assert "ClosingTakenBack" not in kinds(provider)


def test_only_the_person_of_the_page_takes_it_back(provider, browser):
    provider.enter("lisiguangming", name="李四光明", document_number="440000198802290029", phone=None)
    closed(provider)
    closed(provider, "lisiguangming")
    visit = enter_account(browser)
    session = HIDDEN_SESSION.search(get(browser, visit).text).group(1)
    thief = provider.browser()
    theirs = enter_account(thief, "lisiguangming")
    form = {"csrf_token": csrf(thief, theirs), "session": session}

    foreign_visit = post(thief, f"{visit}/keep", form)
    foreign_session = post(thief, f"{theirs}/keep", form)
    unguarded = post(browser, f"{visit}/keep", {"session": session})

    assert (foreign_visit.status_code, foreign_session.status_code, unguarded.status_code) == (400, 200, 400)
    assert "ClosingTakenBack" not in kinds(provider)


def test_a_link_takes_nothing_back(provider, browser):
    closed(provider)
    visit = enter_account(browser)

    get(browser, f"{visit}/keep")

    assert "ClosingTakenBack" not in kinds(provider)


def test_another_site_cannot_close_it(provider, browser):
    enter_account(browser)

    assert post(browser, PAGE, {"understood": "yes"}).status_code == 400
    assert get(browser, f"{PAGE}?understood=yes").status_code == 200
    form = {"understood": "yes", "csrf_token": csrf(browser, PAGE)}
    assert post(browser, PAGE, form, headers={"Referer": "https://evil.test/"}).status_code == 400
    assert "ClosingBegun" not in kinds(provider)


def test_a_sign_in_that_is_not_recent_comes_first(provider, browser):
    enter_account(browser)
    guard = csrf(browser, PAGE)
    provider.clock.advance(timedelta(minutes=11))

    for reply in (get(browser, PAGE), post(browser, PAGE, {"csrf_token": guard, "understood": "yes"})):
        assert reply.headers["Location"] == "/sign-in?next=%2Faccount%2Fclose"
    assert "ClosingBegun" not in kinds(provider)


def test_a_sign_in_of_somebody_else_closes_only_that_ones_account(provider, browser):
    provider.enter("lisiguangming", name="李四光明", document_number="440000198802290029", phone=None)
    enter_account(browser)
    provider.clock.advance(timedelta(minutes=11))
    visit = get(browser, get(browser, PAGE).headers["Location"]).headers["Location"]
    sign_in(browser, visit, "lisiguangming")

    close(browser)

    event = next(details for kind, details in provider.events() if kind == "ClosingBegun")
    assert event["person_id"] == provider.people["lisiguangming"]


def test_when_the_time_is_over_nothing_of_the_person_is_left(any_provider):
    person_id = any_provider.people["zhangsanfeng"]
    client = any_provider.register()
    browser = any_provider.browser()
    tokens(browser, Visit(client))
    close(browser)
    any_provider.clock.advance(timedelta(days=15) - timedelta(seconds=1))
    assert run_job(any_provider) == 0
    late = any_provider.browser()
    enter_account(late)
    any_provider.clock.advance(timedelta(seconds=1))

    assert run_job(any_provider) == 1
    assert run_job(any_provider) == 0

    with any_provider.house.neighbours.database.read() as work:
        assert work.persons.get(person_id) is None
        assert work.persons.page(after=None, limit=10) == ()
        assert work.persons.credential(("zhangsanfeng", "+8610000000001", "330000199001010014")) is None
        assert work.consents.of_person(person_id) == ()
        assert work.sessions.of_person(person_id) == ()
    assert get(late, "/account/data").status_code == 303
    stranger = any_provider.browser()
    visit = get(stranger, "/sign-in").headers["Location"]
    assert sign_in(stranger, visit).status_code == 422
    assert kinds(any_provider)[-2:] == ["PersonErased", "SignInRefused"]
    trail = str(any_provider.events())
    for needle in ("张三丰", "330000199001010014", "10000000001", "zhangsanfeng"):
        assert needle not in trail


def test_whoever_closed_it_can_come_again_as_somebody_new(provider):
    first = provider.people["zhangsanfeng"]
    closed(provider)
    provider.clock.advance(timedelta(days=16))
    run_job(provider)

    second = provider.enter()

    assert second != first
    browser = provider.browser()
    enter_account(browser)
    shown = get(browser, "/account/history").text
    assert "您申请了注销账号" not in shown
    assert "张**" in shown


def test_the_job_is_one_of_those_that_run(provider):
    closed(provider)
    provider.clock.advance(timedelta(days=16))

    assert provider.house.jobs.run_once()["erase_people"] == 1


def test_closing_is_told_outside_of_the_browser(tmp_path):
    provider = open_provider(
        tmp_path, database_url=f"sqlite:///{tmp_path}/idp.db", messages={"adapter": "outbox"}
    )
    person_id = provider.enter()
    closed(provider)

    with provider.house.neighbours.database.read() as work:
        [message] = [each for each in work.outbox.waiting(limit=10) if each.topic == "closing"]
    assert message.person_id == person_id
    assert "2026年12月7日 14:00" in message.text

    provider.clock.advance(timedelta(days=15))
    run_job(provider)
    with provider.house.neighbours.database.read() as work:
        assert work.outbox.waiting(limit=10) == ()


@pytest.mark.parametrize("days", ["14", "31"])
def test_the_time_to_take_it_back_is_between_15_and_30_days(monkeypatch, days):
    monkeypatch.setenv("IDP_ACCOUNT__CLOSING_DAYS", days)

    with pytest.raises(SettingsError, match=r"account\.closing_days"):
        load_settings()
