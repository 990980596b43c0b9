"""The history of an account, and "this was not me"."""

import re
from datetime import timedelta

import pytest

from idp.domain.audit import SignInRefused
from idp.services.history import SHOWN
from idp.web.account.happened import SENTENCES
from tests.support.provider import FUND, ISSUER
from tests.support.relying_party import (
    Visit,
    answer,
    ask,
    authorize,
    csrf,
    decide,
    get,
    post,
    sign_in,
    tokens,
    userinfo,
    walk,
)

HISTORY = "/account/history"
NOT_ME = re.compile(r'href="(/account/history/\d+/not-me)"')
FIREFOX = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"}
TEXT = re.compile(r"<[^>]+>")


def enter_account(browser, username="zhangsanfeng"):
    sign_in(browser, get(browser, "/sign-in").headers["Location"], username)


def history(browser, query="lang=en"):
    """Return the text of each entry on a page of the history."""
    shown = get(browser, f"{HISTORY}?{query}").text
    listed = shown.partition('tx-history">')[2].partition("</section>")[0].partition("<nav")[0]
    entries = re.split(r"<li>\s*<svg", listed)[1:]
    return [" ".join(TEXT.sub(" ", f"<{each}").split()) for each in entries]


def links(browser):
    return NOT_ME.findall(get(browser, HISTORY).text)


def is_in(browser):
    return 'action="/sign-out"' in get(browser, "/").text


def refresh(browser, visit, held):
    return ask(
        browser, "/token", visit.client, grant_type="refresh_token", refresh_token=held["refresh_token"]
    )


def test_sign_ins_refusals_consents_and_releases_are_told(provider, visit):
    browser = provider.browser()
    page = authorize(browser, visit, scope="openid profile cn_id_number").headers["Location"]
    sign_in(browser, page, password="not this one")
    form = {"csrf_token": csrf(browser, page), "username": "zhangsanfeng", "password": "no"}
    post(browser, f"{page}/sign-in", form, headers=FIREFOX)
    sign_in(browser, page)
    decide(browser, page)

    entries = history(browser)

    assert [re.sub(r" \d+ November.*?\d\d:\d\d", "", entry).split(" This was")[0] for entry in entries] == [
        "测试门户 received data Basic profile",
        "You allowed 测试门户 to see your data Basic profile",
        "Sign-in Device Unknown device By Password",
        "A try to sign in was refused Device Firefox, Linux Reason The password was not right.",
        "A try to sign in was refused Device Unknown device Reason The password was not right.",
        "Your account was opened",
    ]


def test_moments_are_told_in_chinas_time(browser):
    enter_account(browser)

    assert "22 November 2026, 14:00" in history(browser)[0]
    assert "2026年11月22日 14:00" in history(browser, "lang=zh")[0]


def test_single_claims_that_were_released_are_named(browser, visit):
    walk(browser, visit, scope="openid", claims='{"userinfo": {"gender": null}}')

    assert "测试门户 received data" in history(browser)[0]
    assert "Gender" in history(browser)[0]


def test_services_that_may_be_called_are_named_apart_from_data(provider, browser, visit):
    provider.register(client_name="公积金接口", redirect_uris=[], resources=[FUND], scope="openid")
    walk(browser, visit, resource=FUND)

    entry = history(browser)[0]
    [issued] = [details for kind, details in provider.events() if kind == "GrantIssued"]
    listed = get(browser, "/account/authorisations?lang=en").text
    asked = get(browser, f"/account/authorisations/{visit.client.client_id}/withdraw").text

    assert "Where it may act for you 公积金接口" in entry
    assert issued["resources"] == [FUND]
    assert "<dt>Where it may act for you</dt>" in listed
    assert "公积金接口" in listed
    assert "So far it may act for you at:" in asked


def test_what_ended_is_told(provider, browser, visit):
    other = provider.browser()
    enter_account(other)
    walk(browser, visit)
    post(browser, "/sessions/end-others", {"csrf_token": csrf(browser, "/")})
    post(browser, f"/consents/{visit.client.client_id}/withdraw", {"csrf_token": csrf(browser, "/")})

    entries = history(browser)

    assert entries[0].startswith("You withdrew the permission of 测试门户")
    assert entries[1].startswith("A device was signed out")
    assert "You signed out." in entries[1]


def test_a_portal_that_was_removed_is_told_of_without_its_name(provider, browser, visit):
    walk(browser, visit)
    with provider.house.neighbours.database.begin() as work:
        work.clients.delete(visit.client.client_id)
    provider.clock.advance(timedelta(minutes=1))

    assert any("a portal that is no longer here received data" in each for each in history(browser))


def test_pages_of_the_history_follow_each_other(provider, browser):
    for _ in range(45):
        provider.clock.advance(timedelta(minutes=1))
        with provider.house.neighbours.database.begin() as work:
            refused = SignInRefused(
                at=provider.clock.now(), person_id=provider.people["zhangsanfeng"], reason="wrong_password"
            )
            work.audit.append(refused)
    enter_account(browser)

    found, page = [], [HISTORY]
    while page:
        shown = get(browser, page[0]).text
        found.append(shown.count("<time"))
        page = re.findall(r'href="(/account/history\?before=\d+)"', shown)

    # The sign-in has its moment once more, for those who hear the link alone.
    assert found == [21, 20, 7]


@pytest.mark.parametrize("before", ["abc", "-1", "1e3", "", "９９", "9" * 40, "1;DROP", "%00"])
def test_a_place_that_is_none_shows_the_newest(browser, before):
    enter_account(browser)

    reply = get(browser, f"{HISTORY}?before={before}&lang=en")

    assert reply.status_code == 200
    assert "the newest first" in reply.text


def test_beyond_the_end_there_is_nothing_and_a_way_back(browser):
    enter_account(browser)

    shown = get(browser, f"{HISTORY}?before=1&lang=en").text

    assert "There is nothing further back." in shown
    assert 'href="/account/history">To the newest' in shown
    assert 'href="/account/history?before=1&amp;lang=zh"' in shown


def test_a_persons_history_is_nobody_elses(provider, browser, visit):
    provider.enter("guli", document_number="650000199506220046", phone=None)
    walk(browser, visit)
    other = provider.browser()
    enter_account(other, "guli")

    assert [each.split(" 22 ")[0] for each in history(other)] == ["Sign-in", "Your account was opened"]


def test_every_kind_of_event_that_is_shown_has_its_words():
    assert set(SHOWN) <= SENTENCES.keys()


def test_disowning_a_sign_in_ends_its_session_and_all_that_was_given_in_it(provider, browser, visit):
    thief = provider.browser()
    held = tokens(thief, visit, scope="openid profile offline_access")
    enter_account(browser)
    third = provider.browser()
    enter_account(third)
    stolen = links(browser)[3]
    asked = get(browser, f"{stolen}?lang=en").text
    assert "The device that signed in is signed out" in asked
    assert is_in(thief)

    reply = post(browser, stolen, {"csrf_token": csrf(browser, stolen)})

    assert (reply.status_code, reply.headers["Location"]) == (303, "/account/security?done=not-me")
    assert "已终止。请立即修改密码" in get(browser, "/account/security?done=not-me&lang=zh").text
    assert not is_in(thief)
    assert userinfo(thief, held["access_token"]).status_code == 401
    assert refresh(thief, visit, held).json["error"] == "invalid_grant"
    assert is_in(browser)
    assert is_in(third)
    disowned = next(details for kind, details in provider.events() if kind == "Disowned")
    assert (disowned["sessions"], disowned["grant_id"]) == (1, None)
    assert any("You said: this was not me" in each for each in history(browser))


def test_all_other_devices_are_signed_out_where_that_is_ticked(provider, browser):
    thief, third = provider.browser(), provider.browser()
    for each in (thief, third, browser):
        enter_account(each)
    stolen = links(browser)[2]

    post(browser, stolen, {"csrf_token": csrf(browser, stolen), "others": "yes"})

    assert [is_in(each) for each in (thief, third, browser)] == [False, False, True]


def test_disowning_a_release_revokes_its_grant_and_ends_its_session(provider, browser, visit):
    thief = provider.browser()
    held = tokens(thief, visit, scope="openid profile offline_access")
    enter_account(browser)
    stolen = links(browser)[1]
    assert "The portal receives nothing more" in get(browser, f"{stolen}?lang=en").text

    post(browser, stolen, {"csrf_token": csrf(browser, stolen)})

    assert not is_in(thief)
    assert userinfo(thief, held["access_token"]).status_code == 401
    assert refresh(thief, visit, held).json["error"] == "invalid_grant"
    assert is_in(browser)
    disowned = next(details for kind, details in provider.events() if kind == "Disowned")
    assert disowned["client_id"] == visit.client.client_id
    assert disowned["grant_id"]


def test_disowning_a_release_takes_the_permission_back_everywhere(provider, browser, visit):
    thief, thiefs_other = provider.browser(), provider.browser()
    scope = "openid profile offline_access"
    tokens(thief, visit, scope=scope)
    second = tokens(thiefs_other, visit, scope=scope)
    enter_account(browser)
    stolen = links(browser)[-2]
    assert "The portal receives nothing more" in get(browser, f"{stolen}?lang=en").text

    post(browser, stolen, {"csrf_token": csrf(browser, stolen), "others": "yes"})

    assert refresh(thiefs_other, visit, second).json["error"] == "invalid_grant"
    assert answer(authorize(browser, visit, prompt="none"))["error"] == "consent_required"


def test_signing_in_again_after_a_while_is_nobody_elses_doing(provider, browser):
    enter_account(browser)
    provider.clock.advance(timedelta(hours=1))

    enter_account(browser)

    entries = history(browser)
    assert any("The time was over." in entry for entry in entries)
    assert not any("Somebody else" in entry for entry in entries)


def test_disowning_the_sign_in_of_this_browser_leads_to_a_new_one_and_to_the_password(browser):
    enter_account(browser)
    here = links(browser)[0]
    assert "You will be signed out here too" in get(browser, f"{here}?lang=en").text

    reply = post(browser, here, {"csrf_token": csrf(browser, here)})

    assert reply.headers["Location"] == "/sign-in?next=%2Faccount%2Fsecurity"
    assert not is_in(browser)
    visit = get(browser, reply.headers["Location"]).headers["Location"]
    sign_in(browser, visit)
    assert get(browser, visit).headers["Location"] == "/account/security"


def test_disowning_twice_does_no_harm(provider, browser):
    thief = provider.browser()
    enter_account(thief)
    enter_account(browser)
    stolen = links(browser)[1]
    guard = csrf(browser, stolen)

    replies = [post(browser, stolen, {"csrf_token": guard}).status_code for _ in range(2)]

    assert replies == [303, 303]
    assert is_in(browser)


def test_a_stranger_cannot_disown_anothers_sign_in_nor_see_it(provider, browser, visit):
    provider.enter("guli", document_number="650000199506220046", phone=None)
    held = tokens(browser, visit)
    mine = links(browser)
    thief = provider.browser()
    enter_account(thief, "guli")
    guard = csrf(thief, "/")

    for address in mine:
        assert get(thief, address).status_code == 404
        assert post(thief, address, {"csrf_token": guard, "others": "yes"}).status_code == 404

    assert is_in(browser)
    assert userinfo(browser, held["access_token"]).status_code == 200
    assert "Disowned" not in [kind for kind, _ in provider.events()]


def test_only_what_can_be_disowned_is_there(provider, browser):
    enter_account(browser)
    for number in ("1", "0", "-1", "999999", "x", "9" * 30, "１", "1%00"):
        assert get(browser, f"{HISTORY}/{number}/not-me").status_code == 404, number


def test_disowning_needs_the_guard_and_a_session(provider, browser):
    enter_account(browser)
    [address] = links(browser)

    assert post(browser, address, {}).status_code == 400
    stranger = provider.browser()
    assert get(stranger, address).headers["Location"].startswith("/sign-in?next=%2Faccount%2Fhistory%2F")
    guard = csrf(stranger, get(stranger, "/sign-in").headers["Location"])
    assert post(stranger, address, {"csrf_token": guard}).headers["Location"] == (
        "/sign-in?next=%2Faccount%2Fhistory"
    )
    assert is_in(browser)


def test_events_name_devices_by_words_of_ours_alone(provider, browser):
    page = get(browser, "/sign-in").headers["Location"]
    form = {"csrf_token": csrf(browser, page), "username": "zhangsanfeng", "password": "no"}
    secret = "Firefox of 张三丰 330000199001010014 Windows"
    post(browser, f"{page}/sign-in", form, headers={"User-Agent": secret.encode().decode("latin-1")})

    kind, details = provider.events()[-1]

    assert (kind, details["device"]) == ("SignInRefused", "Firefox, Windows")


def test_a_name_of_a_portal_brings_no_markup_into_the_history(provider, browser):
    walk(browser, Visit(provider.register(client_name="<b>门户</b>")))

    shown = browser.get(HISTORY, base_url=ISSUER).text

    assert "<b>" not in shown
    assert "&lt;b&gt;门户" in shown
