"""The devices that a person is signed in on."""

import re
from datetime import timedelta

from tests.contract import values
from tests.support.relying_party import Visit, csrf, get, post, sign_in, tokens, userinfo, walk

DEVICES = "/account/devices"


def enter_account(browser, username="zhangsanfeng"):
    sign_in(browser, get(browser, "/sign-in").headers["Location"], username)


def is_in(browser):
    return 'action="/sign-out"' in get(browser, "/").text


def test_each_device_is_listed_and_this_one_comes_first(provider, browser, visit):
    walk(browser, visit)
    provider.clock.advance(timedelta(minutes=1))
    enter_account(provider.browser())

    shown = get(browser, f"{DEVICES}?lang=en").text

    assert "You are signed in on 2 devices." in shown
    assert shown.count("Sign out this device") == 1
    assert shown.index("This device") < shown.index("Sign out this device")
    assert shown.index("测试门户") < shown.index("Sign out this device")


def test_signing_a_device_out_ends_it_alone(provider, browser):
    other, third = provider.browser(), provider.browser()
    for each in (browser, third, other):
        enter_account(each)
        provider.clock.advance(timedelta(minutes=1))
    handle = re.findall(r"/sessions/([\w-]{22})/end", get(browser, DEVICES).text)[0]

    reply = post(browser, f"/sessions/{handle}/end", {"csrf_token": csrf(browser, DEVICES)})

    assert reply.headers["Location"] == "/account/devices?done=session"
    assert "That device has been signed out." in get(browser, f"{DEVICES}?done=session&lang=en").text
    assert [is_in(each) for each in (browser, third, other)] == [True, True, False]


def test_signing_out_everywhere_ends_this_one_too(provider, browser, visit):
    other = provider.browser()
    held = tokens(other, visit)
    enter_account(browser)

    reply = post(browser, "/sessions/end-all", {"csrf_token": csrf(browser, DEVICES)})

    assert reply.status_code == 200
    assert "您已退出" in reply.text
    assert [is_in(each) for each in (browser, other)] == [False, False]
    assert userinfo(other, held["access_token"]).status_code == 401


def test_signing_out_everywhere_leaves_other_people_alone(provider, browser):
    provider.enter("guli", document_number="650000199506220046", phone=None)
    other = provider.browser()
    enter_account(other, "guli")
    enter_account(browser)

    post(browser, "/sessions/end-all", {"csrf_token": csrf(browser, DEVICES)})

    assert is_in(other)


def test_signing_out_everywhere_needs_the_guard(browser):
    enter_account(browser)

    assert post(browser, "/sessions/end-all", {}).status_code == 400
    assert is_in(browser)


def test_a_strangers_device_cannot_be_ended(provider, browser):
    provider.enter("guli", document_number="650000199506220046", phone=None)
    thief = provider.browser()
    enter_account(browser)
    enter_account(thief, "guli")
    sessions = [details["session_id"] for kind, details in provider.events() if kind == "SignedIn"]

    reply = post(thief, f"/sessions/{sessions[0]}/end", {"csrf_token": csrf(thief, DEVICES)})

    assert reply.headers["Location"] == DEVICES
    assert is_in(browser)


def test_fifty_devices_are_listed_with_few_questions_to_the_database(provider, browser, client, counted):
    enter_account(browser)
    now, person_id = provider.clock.now(), provider.people["zhangsanfeng"]
    with provider.house.neighbours.database.begin() as work:
        for number in range(49):
            session = values.session(
                person_id=person_id,
                auth_time=now,
                last_seen_at=now,
                expires_at=now + timedelta(hours=1),
                device="Mozilla/5.0 (iPhone) MicroMessenger" if number % 2 else "x" * 200,
            )
            work.sessions.add(session)
            grant = values.grant(person_id=person_id, session_id=session.id, client_id=client.client_id)
            work.grants.add(grant)
    get(browser, DEVICES)

    with counted() as statements:
        shown = get(browser, f"{DEVICES}?lang=en").text

    assert "You are signed in on 50 devices." in shown
    assert shown.count("Sign out this device") == 49
    assert shown.count("<h2>WeChat, iPhone") == 24
    assert len(statements) == 3


def test_a_portal_that_was_used_is_named_once(provider, browser, client):
    walk(browser, Visit(client))
    walk(browser, Visit(client))

    assert get(browser, DEVICES).text.count('<li class="tx-tag">测试门户</li>') == 1
