"""Codes from an app: added with the first one, the second way of a transaction, removed; the rest refused."""

import re
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from idp.app.code_apps import open_confirm_code
from tests.support.authenticator import Authenticator
from tests.support.codes import CODES, add_app, scan, type_code
from tests.support.passkeys import add_passkey
from tests.support.provider import PASSWORD
from tests.support.relying_party import Visit, answer, claims_of, csrf, get, post, redeem, sign_in
from tests.support.transactions import TRANSFER, open_with_types, register, transfer
from tests.web.test_proof import come_to_proof, prove, prove_by_password

NOT_ME = re.compile(r'href="(/account/history/\d+/not-me)"')
MINUTE = timedelta(minutes=1)
STEP = timedelta(seconds=30)


@pytest.fixture
def provider(tmp_path):
    return open_with_types(tmp_path, messages={"adapter": "outbox"})


@pytest.fixture
def browser(provider):
    return provider.browser()


@pytest.fixture
def visit(provider):
    return Visit(register(provider))


def enter_account(browser, username="zhangsanfeng"):
    sign_in(browser, get(browser, "/sign-in").headers["Location"], username)


@pytest.fixture
def device():
    return Authenticator()


@pytest.fixture
def app(provider, browser, device):
    """Return the app of the person, who also has a passkey and is signed in since a while."""
    enter_account(browser)
    assert add_passkey(browser, device).status_code == 303
    added = add_app(browser, provider.clock)
    provider.clock.advance(6 * MINUTE)
    return added


def events(provider, kind):
    return [details for each, details in provider.events() if each == kind]


def told(provider):
    with provider.house.neighbours.database.read() as work:
        return {each.topic: each.text for each in work.outbox.waiting(limit=10)}


def come_to_second(browser, visit, device):
    """Prove a large transaction by passkey; return the address where a second way is due."""
    page = come_to_proof(browser, visit, transfer("50000.00", type=TRANSFER))
    assert prove(browser, page, device).headers["Location"] == page
    return page


def prove_by_code(browser, page, code):
    return post(browser, f"{page}/proof", {"csrf_token": csrf(browser, page), "code": code})


def test_an_app_is_added_with_its_first_code_and_told_of(provider, browser):
    enter_account(browser)
    app = scan(browser, provider.clock)
    page = get(browser, f"{CODES}?lang=en").text
    assert f"<span>{app.secret[:4]}</span> <span>{app.secret[4:8]}</span>" in page
    assert "<svg " in page
    assert 'autocomplete="one-time-code"' in page
    assert 'inputmode="numeric"' in page

    reply = type_code(browser, f"{app.code()[:3]} {app.code()[3:]}")

    assert reply.headers["Location"] == "/account/security?done=code-app-added"
    assert "An app shows your codes." in get(browser, "/account/security?lang=en").text
    held = get(browser, CODES).text
    assert app.secret not in held
    assert len(events(provider, "CodeAppAdded")) == 1
    assert app.secret not in repr(provider.events())
    assert told(provider)["code_app_added"].startswith("An app whose codes prove transactions")
    assert "You added an app that shows codes" in get(browser, "/account/history?lang=en").text


def test_whoever_mistypes_keeps_the_secret(provider, browser):
    enter_account(browser)
    app = scan(browser, provider.clock)

    replies = [type_code(browser, each) for each in ("", "12345", "abcdef", "1234567", app.wrong())]

    assert [each.status_code for each in replies] == [422] * 5
    assert all(app.secret in each.text for each in replies)
    assert type_code(browser, app.code()).status_code == 303


def test_an_offered_secret_belongs_to_its_session_for_a_while(provider, browser):
    enter_account(browser)
    app, elsewhere = scan(browser, provider.clock), provider.browser()
    enter_account(elsewhere)

    assert scan(elsewhere, provider.clock).secret != app.secret
    assert type_code(elsewhere, app.code()).status_code == 422
    assert get(browser, CODES).headers.get("Cache-Control") == "no-store"


def test_an_offered_secret_is_kept_sealed_and_not_after_it_was_taken(provider, browser):
    enter_account(browser)
    app, store = scan(browser, provider.clock), provider.house.neighbours.ephemeral.expiring
    key = f"new-code-app:{events(provider, 'SignedIn')[0]['session_id']}"
    kept = b64decode(store.get(key))

    type_code(browser, app.code())

    assert len(kept) > 32
    assert app.secret.encode() not in kept
    assert store.get(key) is None


def test_a_second_app_is_not_added(provider, browser, app):
    browser = provider.browser()
    enter_account(browser)

    assert "secret=" not in get(browser, CODES).text
    assert type_code(browser, app.code()).status_code == 422
    assert len(events(provider, "CodeAppAdded")) == 1


def test_a_code_is_the_second_way_of_a_transaction(provider, browser, visit, app, device):
    page = come_to_second(browser, visit, device)
    shown = get(browser, f"{page}?lang=en").text
    assert "With a code from your app" in shown
    assert "With your password" in shown
    assert 'autocomplete="one-time-code"' in shown

    done = prove_by_code(browser, page, app.code())

    claims = claims_of(redeem(browser, visit, answer(done)["code"]).json["id_token"])
    assert claims["acr"] == "https://tongxing.example/ns/acr/l2-tx"
    assert claims["amr"] == ["pwd", "hwk", "user", "mfa", "otp"]
    assert [each["amr"] for each in events(provider, "TransactionProved")] == [
        ["hwk", "user", "mfa"],
        ["otp"],
    ]


def test_the_receipt_and_the_history_name_both_ways(browser, visit, app, device):
    page = come_to_second(browser, visit, device)
    done = prove_by_code(browser, page, app.code())
    told = claims_of(redeem(browser, visit, answer(done)["code"]).json["receipt"])

    entry = get(browser, "/account/history?lang=en").text.partition(" received a receipt")[2]

    assert [each["method"] for each in told["evidence"]] == ["passkey", "code_app"]
    assert "Passkey · Codes from an app" in entry.partition("Number")[0]


def test_the_password_is_still_the_second_way_for_who_wants_it(browser, visit, app, device):
    page = come_to_second(browser, visit, device)

    assert "code" in answer(prove_by_password(browser, page, PASSWORD))


def test_who_has_no_app_is_offered_no_code(provider, browser, visit, device):
    enter_account(browser)
    add_passkey(browser, device)
    provider.clock.advance(6 * MINUTE)
    page = come_to_second(browser, visit, device)

    assert 'name="code"' not in get(browser, page).text
    assert prove_by_code(browser, page, "000000").status_code == 422


def test_neither_a_code_nor_code_and_password_prove_it_without_a_first_way(browser, visit, app):
    page = come_to_proof(browser, visit, transfer("50000.00", type=TRANSFER))

    assert 'name="code"' not in get(browser, page).text
    assert prove_by_code(browser, page, app.code()).headers["Location"] == page
    assert prove_by_password(browser, page).headers["Location"] == page
    assert 'name="credential"' in get(browser, page).text


def test_a_code_that_was_not_wanted_is_not_used_up(browser, visit, app, device):
    page = come_to_proof(browser, visit, transfer("50000.00", type=TRANSFER))
    prove_by_code(browser, page, app.code())
    prove(browser, page, device)

    assert "code" in answer(prove_by_code(browser, page, app.code()))


def test_a_code_counts_once(provider, browser, visit, app, device):
    used = app.code()
    assert "code" in answer(prove_by_code(browser, come_to_second(browser, visit, device), used))
    page = come_to_second(browser, Visit(visit.client), device)

    again = prove_by_code(browser, page, used)
    provider.clock.advance(STEP)
    later = prove_by_code(browser, page, used)

    assert (again.status_code, later.status_code) == (422, 422)
    assert "验证码不正确或已使用过" in again.text
    assert len(events(provider, "TransactionNotProved")) == 2


def test_a_code_from_before_the_last_one_counts_no_more(provider, browser, visit, app, device):
    page = come_to_second(browser, visit, device)
    assert "code" in answer(prove_by_code(browser, page, app.code()))

    page = come_to_second(browser, Visit(visit.client), device)

    assert prove_by_code(browser, page, app.code(-1)).status_code == 422
    assert "code" in answer(prove_by_code(browser, page, app.code(1)))


def confirm_of(provider):
    """Return what checks codes, below the pages."""
    return open_confirm_code(provider.house.tools.settings, provider.house.neighbours)


def test_the_code_with_which_the_app_was_added_is_used_up(provider, browser):
    enter_account(browser)
    app = add_app(browser, provider.clock)

    refused = confirm_of(provider).check(provider.people["zhangsanfeng"], app.code(), address="a")

    assert refused.kind == "code"


def test_of_several_that_bring_one_code_at_once_one_is_let_through(provider, app):
    confirm, code = confirm_of(provider), app.code()

    with ThreadPoolExecutor(4) as pool:
        checks = [
            pool.submit(confirm.check, provider.people["zhangsanfeng"], code, address="a") for _ in range(4)
        ]

    assert [each.result() for each in checks].count(None) == 1


@pytest.mark.parametrize("steps", [-2, 2])
def test_a_code_of_another_time_is_refused(browser, visit, app, device, steps):
    page = come_to_second(browser, visit, device)

    assert prove_by_code(browser, page, app.code(steps)).status_code == 422


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "12345a", "１２３４五六", "<b>", "0" * 5000])
def test_what_is_no_code_is_refused_and_is_no_try(browser, visit, app, device, typed):
    page = come_to_second(browser, visit, device)
    for _ in range(5):
        prove_by_code(browser, page, typed)
    refused = prove_by_code(browser, page, typed)

    assert (refused.status_code, "请输入应用显示的6位数字" in refused.text) == (422, True)
    assert "code" in answer(prove_by_code(browser, page, app.code()))


def test_another_persons_code_proves_nothing(provider, browser, visit, app, device):
    provider.enter("other", document_number="330000199001010022", phone="+8610000000002")
    elsewhere = provider.browser()
    enter_account(elsewhere, "other")
    theirs = add_app(elsewhere, provider.clock)
    page = come_to_second(browser, visit, device)

    assert theirs.secret != app.secret
    assert prove_by_code(browser, page, theirs.code(1)).status_code == 422


def test_guessing_ends_soon_for_the_person_in_every_browser(provider, browser, visit, app, device):
    page = come_to_second(browser, visit, device)
    guesses = [prove_by_code(browser, page, app.wrong()) for _ in range(5)]
    elsewhere, other = provider.browser(), Visit(visit.client)
    enter_account(elsewhere)
    provider.clock.advance(6 * MINUTE)
    there = come_to_second(elsewhere, other, device)

    right = prove_by_code(elsewhere, there, app.code())

    assert [each.status_code for each in guesses] == [422] * 4 + [429]
    assert "还可以尝试1次" in guesses[3].text
    assert right.status_code == 429
    assert "code" in answer(prove_by_password(elsewhere, there))


def test_a_network_that_fails_too_often_must_wait(tmp_path):
    few = {
        "account": "9 per hour",
        "address": "2 per hour",
        "registration": "5 per hour",
        "copies": "5 per hour",
    }
    provider = open_with_types(tmp_path, throttle=few)
    browser, device, visit = provider.browser(), Authenticator(), Visit(register(provider))
    enter_account(browser)
    add_passkey(browser, device)
    app = add_app(browser, provider.clock)
    provider.clock.advance(6 * MINUTE)
    page = come_to_second(browser, visit, device)

    replies = [prove_by_code(browser, page, each) for each in (app.wrong(), app.wrong(), app.code())]

    assert [each.status_code for each in replies] == [422, 422, 429]


def test_a_form_without_its_guard_is_refused(browser, visit, app, device):
    page = come_to_second(browser, visit, device)

    assert post(browser, f"{page}/proof", {"code": app.code()}).status_code == 400
    assert post(browser, f"{CODES}/remove", {}).status_code == 400


def remove(browser):
    return post(browser, f"{CODES}/remove", {"csrf_token": csrf(browser, f"{CODES}/remove")})


def test_a_removed_apps_codes_are_taken_no_more_and_the_person_is_told(provider, browser, visit, app, device):
    enter_account(browser)
    assert "Remove the app that shows codes?" in get(browser, f"{CODES}/remove?lang=en").text

    assert remove(browser).headers["Location"] == "/account/security?done=code-app-removed"

    provider.clock.advance(6 * MINUTE)
    page = come_to_second(browser, visit, device)
    assert 'name="code"' not in get(browser, page).text
    assert prove_by_code(browser, page, app.code()).status_code == 422
    assert len(events(provider, "CodeAppRemoved")) == 1
    assert told(provider)["code_app_removed"].startswith("The app that shows codes")


def test_a_code_of_a_removed_app_is_none_of_the_next_one(provider, browser, visit, app, device):
    enter_account(browser)
    remove(browser)
    newer = add_app(browser, provider.clock)
    provider.clock.advance(6 * MINUTE)
    page = come_to_second(browser, visit, device)

    assert newer.secret != app.secret
    assert prove_by_code(browser, page, app.code()).status_code == 422
    assert "code" in answer(prove_by_code(browser, page, newer.code()))


def test_nothing_is_removed_where_nothing_is(browser):
    enter_account(browser)

    assert get(browser, f"{CODES}/remove").headers["Location"] == CODES
    assert post(browser, f"{CODES}/remove", {"csrf_token": csrf(browser, CODES)}).status_code == 303


def test_a_stolen_session_adds_and_removes_no_app(provider, browser):
    enter_account(browser)
    app = add_app(browser, provider.clock)
    guard = csrf(browser, "/account/settings")
    provider.clock.advance(11 * MINUTE)

    replies = [
        get(browser, CODES),
        post(browser, CODES, {"csrf_token": guard, "code": app.code()}),
        get(browser, f"{CODES}/remove"),
        post(browser, f"{CODES}/remove", {"csrf_token": guard}),
    ]

    assert [each.status_code for each in replies] == [303] * 4
    assert all("/sign-in?next=" in each.headers["Location"] for each in replies)
    assert events(provider, "CodeAppRemoved") == []


@pytest.mark.parametrize("kind", ["Sign-in", "You added an app that shows codes"])
def test_an_intruders_app_falls_with_what_its_person_disowns(provider, browser, kind):
    thief = provider.browser()
    enter_account(browser)
    provider.clock.advance(timedelta(seconds=1))
    enter_account(thief)
    add_app(thief, provider.clock)
    entries = get(browser, "/account/history?lang=en").text.split("<li>")
    address = NOT_ME.findall(next(each for each in entries if kind in each))[0]
    assert "The app that was added on it is removed" in get(browser, f"{address}?lang=en").text

    post(browser, address, {"csrf_token": csrf(browser, address)})

    assert len(events(provider, "CodeAppRemoved")) == 1
    assert [each["code_app"] for each in events(provider, "Disowned")] == [kind != "Sign-in"]
    assert "/sign-in?" in get(thief, CODES).headers["Location"]
    assert "secret=" in get(browser, CODES).text


def test_an_app_that_was_added_elsewhere_stays(provider, browser):
    thief = provider.browser()
    enter_account(thief)
    provider.clock.advance(timedelta(seconds=1))
    enter_account(browser)
    add_app(browser, provider.clock)
    theirs = NOT_ME.findall(get(browser, "/account/history").text)[2]

    post(browser, theirs, {"csrf_token": csrf(browser, theirs)})

    assert len(events(provider, "Disowned")) == 1
    assert events(provider, "CodeAppRemoved") == []


def test_of_who_is_erased_no_app_is_left(provider, browser):
    enter_account(browser)
    add_app(browser, provider.clock)
    form = {"csrf_token": csrf(browser, "/account/close"), "understood": "yes"}
    assert post(browser, "/account/close", form).status_code < 400
    provider.clock.advance(timedelta(days=16))
    assert provider.house.jobs.run_once()["erase_people"] == 1

    with provider.house.neighbours.database.read() as work:
        assert work.persons.get(provider.people["zhangsanfeng"]) is None
        assert work.code_apps.of_person(provider.people["zhangsanfeng"]) is None
