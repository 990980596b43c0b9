"""Passkeys: made on the account's own page, used to sign in, removed; and whatever is not right, refused."""

import json
import re
from datetime import timedelta
from uuid import UUID

import pytest

from idp.domain.assurance import Level
from idp.domain.passkeys import MOST
from tests.support.authenticator import AAGUID, Authenticator, Maker
from tests.support.passkeys import PASSKEYS, add_passkey, send_passkey, use_passkey
from tests.support.provider import open_provider
from tests.support.relying_party import (
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
)

REMOVE = re.compile(r'href="(/account/security/passkeys/[\w-]+/remove)"')
NOT_ME = re.compile(r'href="(/account/history/\d+/not-me)"')
NS = "https://tongxing.example/ns/acr/"
L3 = json.dumps({"id_token": {"acr": {"essential": True, "value": f"{NS}l3"}}})


def enter_account(browser, username="zhangsanfeng"):
    sign_in(browser, get(browser, "/sign-in").headers["Location"], username)


def events(provider, kind):
    return [details for each, details in provider.events() if each == kind]


MODEL = str(UUID(bytes=AAGUID))
OTHER_MODEL = "ee882879-721c-4913-9775-3dfcce97072a"


@pytest.fixture
def device(browser):
    """Return a device with a passkey of the person's; the browser is signed in no more."""
    made = Authenticator()
    enter_account(browser)
    assert add_passkey(browser, made).status_code == 303
    post(browser, "/sign-out", {"csrf_token": csrf(browser, "/")})
    return made


@pytest.fixture
def page(browser, visit, device):
    """Return the address of a visit where somebody has to sign in."""
    return authorize(browser, visit).headers["Location"]


def test_a_passkey_is_made_named_listed_and_told_of(provider, browser):
    enter_account(browser)
    asked = get(browser, f"{PASSKEYS}/options").json

    reply = add_passkey(browser, Authenticator(), called=" Phone <b>one</b> ")

    assert reply.headers["Location"] == "/account/security?done=passkey-added"
    assert "1个通行密钥" in get(browser, "/account/security").text
    assert "Phone &lt;b&gt;one&lt;/b&gt;" in get(browser, PASSKEYS).text
    assert (asked["rp"]["id"], asked["attestation"]) == ("idp.test", "none")
    assert asked["authenticatorSelection"]["residentKey"] == "required"
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    # What the device is told of the person is masked, and random.
    assert asked["user"]["name"] == "张**"
    assert provider.people["zhangsanfeng"] not in json.dumps(asked)
    [added] = events(provider, "PasskeyAdded")
    assert (added["amr"], added["attested"]) == (["hwk", "user", "mfa"], False)


@pytest.mark.parametrize("called", ["", " ", "\ue000", "\u202e\u200b"])
def test_a_passkey_that_nobody_can_read_the_name_of_gets_one(browser, called):
    enter_account(browser)

    add_passkey(browser, Authenticator(), called=called)

    assert "<h2>通行密钥</h2>" in get(browser, PASSKEYS).text


def test_the_person_is_told_of_a_passkey_that_came_or_went(tmp_path):
    provider = open_provider(
        tmp_path, database_url=f"sqlite:///{tmp_path}/idp.db", messages={"adapter": "outbox"}
    )
    provider.enter()
    browser = provider.browser()
    enter_account(browser)

    add_passkey(browser, Authenticator())
    [address] = REMOVE.findall(get(browser, PASSKEYS).text)
    post(browser, address, {"csrf_token": csrf(browser, address)})

    with provider.house.neighbours.database.read() as work:
        told = {each.topic: each.text for each in work.outbox.waiting(limit=10)}
    assert told["passkey_added"].startswith("您的账号已于2026年11月22日 14:00添加一个通行密钥")
    assert told["passkey_removed"].startswith("您账号的一个通行密钥已于2026年11月22日 14:00移除")


def test_who_signs_in_with_it_types_no_name_and_has_two_factors(provider, browser, visit, device):
    page = authorize(browser, visit, claims=L3).headers["Location"]
    assert "测试门户 asks for a sign-in with a passkey." in get(browser, f"{page}?lang=en").text

    entered = use_passkey(browser, page, device)

    assert entered.status_code == 303
    told = claims_of(redeem(browser, visit, answer(decide(browser, page))["code"]).json["id_token"])
    assert (told["acr"], told["amr"]) == (f"{NS}l3", ["hwk", "user", "mfa"])
    assert events(provider, "SignedIn")[-1]["amr"] == ["hwk", "user", "mfa"]
    assert "Passkey" in get(browser, "/account/history?lang=en").text
    assert "Last used" in get(browser, f"{PASSKEYS}?lang=en").text
    assert "not yet" not in get(browser, f"{PASSKEYS}?lang=en").text


def test_a_password_alone_does_not_reach_two_factors(browser, visit, device):
    page = authorize(browser, visit, claims=L3).headers["Location"]

    entered = sign_in(browser, page)

    told = answer(get(browser, entered.headers["Location"]))
    assert told["error"] == "unmet_authentication_requirements"


def test_a_passkey_that_is_synchronised_says_so(provider, browser, visit):
    device = Authenticator(is_synced=True, step=0)
    enter_account(browser)
    add_passkey(browser, device)
    post(browser, "/sign-out", {"csrf_token": csrf(browser, "/")})

    for _ in range(2):
        # It does not count, so nothing can go backwards.
        provider.clock.advance(timedelta(seconds=1))
        page = authorize(browser, Visit(visit.client), prompt="login").headers["Location"]
        assert use_passkey(browser, page, device).status_code == 303

    assert claims_of(redeem_now(browser, visit)["id_token"])["amr"] == ["swk", "user", "mfa"]


def redeem_now(browser, visit):
    page = authorize(browser, visit).headers["Location"]
    return redeem(browser, visit, answer(decide(browser, page))["code"]).json


def test_a_passkey_carries_no_more_than_its_person_was_proved(provider, visit):
    provider.enter("low", document_number="330000199001010022", phone="+8610000000002", level=Level.L2)
    browser, device = provider.browser(), Authenticator()
    enter_account(browser, "low")
    add_passkey(browser, device)
    post(browser, "/sign-out", {"csrf_token": csrf(browser, "/")})
    page = authorize(browser, visit, claims=L3).headers["Location"]

    entered = use_passkey(browser, page, device)

    told = answer(get(browser, entered.headers["Location"]))
    assert told["error"] == "unmet_authentication_requirements"


def test_a_sign_in_may_be_asked_for_again_and_a_passkey_answers(provider, browser, visit, device):
    page = authorize(browser, visit).headers["Location"]
    use_passkey(browser, page, device)
    decide(browser, page)
    provider.clock.advance(timedelta(minutes=5))
    again = Visit(visit.client)
    page = authorize(browser, again, max_age="60").headers["Location"]

    entered = use_passkey(browser, page, device)

    assert "code" in answer(get(browser, entered.headers["Location"]))


WRONG = {
    "another origin": {"origin": "https://idp.test.evil.example"},
    "plain http": {"origin": "http://idp.test"},
    "another relying party": {"relying_party": "evil.example"},
    "no verification of the user": {"is_verified": False},
    "in a frame of another site": {"cross_origin": True},
    "suddenly synchronised": {"is_synced": True},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_an_answer_that_is_not_as_asked_signs_nobody_in(provider, browser, page, device, wrong):
    for name, value in wrong.items():
        setattr(device, name, value)

    refused = use_passkey(browser, page, device)

    assert refused.status_code == 422
    assert "该通行密钥无法使用" in refused.text
    assert events(provider, "SignInRefused")[-1]["reason"] == "passkey"


@pytest.mark.parametrize("wrong", list(WRONG.values())[:-1], ids=list(WRONG)[:-1])
def test_a_passkey_that_was_not_made_as_asked_is_not_kept(provider, browser, wrong):
    enter_account(browser)
    refused = add_passkey(browser, Authenticator(**wrong))

    assert (refused.status_code, "该通行密钥无法保存" in refused.text) == (422, True)
    assert events(provider, "PasskeyAdded") == []


def test_a_count_that_does_not_go_up_signs_nobody_in_and_is_told(provider, browser, visit, device):
    page = authorize(browser, visit).headers["Location"]
    device.count = 8
    assert use_passkey(browser, page, device).status_code == 303
    device.count = 6
    provider.clock.advance(timedelta(seconds=1))
    page = authorize(browser, Visit(visit.client), prompt="login").headers["Location"]

    refused = use_passkey(browser, page, device)

    assert refused.status_code == 422
    assert events(provider, "SignInRefused")[-1]["reason"] == "passkey_count"
    assert "The passkey may have been copied." in get(browser, "/account/history?lang=en").text


def test_an_answer_is_good_once(provider, browser, page, device):
    made = device.get(get(browser, f"{page}/passkey/options").json)
    assert send_passkey(browser, page, made).status_code == 303
    thief = provider.browser()
    theirs = authorize(thief, Visit(provider.register())).headers["Location"]

    assert send_passkey(thief, theirs, made).status_code == 422


def test_a_challenge_of_another_visit_is_no_good(provider, browser, page, device):
    thief = provider.browser()
    theirs = authorize(thief, Visit(provider.register())).headers["Location"]
    made = device.get(get(thief, f"{theirs}/passkey/options").json)

    assert send_passkey(browser, page, made).status_code == 422


def test_a_challenge_is_good_for_five_minutes(provider, browser, page, device):
    made = device.get(get(browser, f"{page}/passkey/options").json)
    provider.clock.advance(timedelta(minutes=5, seconds=1))

    assert send_passkey(browser, page, made).status_code == 422


def test_a_passkey_speaks_for_no_other_account(provider, browser, page, device):
    provider.enter("other", document_number="330000199001010022", phone="+8610000000002")
    elsewhere, other = provider.browser(), Authenticator()
    enter_account(elsewhere, "other")
    add_passkey(elsewhere, other)

    refused = use_passkey(browser, page, device, userHandle=other.handle)

    assert refused.status_code == 422


@pytest.mark.parametrize("handle", ["\ud800", "\x00", "é", ""])
def test_a_handle_that_is_none_signs_nobody_in(browser, page, device, handle):
    assert use_passkey(browser, page, device, userHandle=handle).status_code == 422


def test_without_a_handle_nobody_is_signed_in(browser, page, device):
    made = device.get(get(browser, f"{page}/passkey/options").json)
    del made["response"]["userHandle"]

    assert send_passkey(browser, page, made).status_code == 422


def test_a_forged_signature_and_an_unknown_passkey_get_the_same_words(browser, page, device):
    unknown = Authenticator(handle=device.handle)
    forged = Authenticator(handle=device.handle, id=device.id)

    pages = [use_passkey(browser, page, each) for each in (unknown, forged)]

    texts = [re.sub(r'value="[^"]*"', "", each.text) for each in pages]
    assert [each.status_code for each in pages] == [422, 422]
    assert texts[0] == texts[1]


def test_a_removed_passkey_signs_nobody_in(provider, browser, visit, device):
    enter_account(browser)
    [address] = REMOVE.findall(get(browser, PASSKEYS).text)
    asked = get(browser, f"{address}?lang=en").text
    assert "Remove the passkey My phone?" in asked

    done = post(browser, address, {"csrf_token": csrf(browser, address)})
    again = post(browser, address, {"csrf_token": csrf(browser, PASSKEYS)})

    assert done.headers["Location"] == "/account/security?done=passkey-removed"
    assert again.status_code == 404
    assert len(events(provider, "PasskeyRemoved")) == 1
    elsewhere = provider.browser()
    page = authorize(elsewhere, visit).headers["Location"]
    assert use_passkey(elsewhere, page, device).status_code == 422


def test_nobody_removes_anothers_passkey(provider, browser, device):
    provider.enter("other", document_number="330000199001010022", phone="+8610000000002")
    enter_account(browser)
    [address] = REMOVE.findall(get(browser, PASSKEYS).text)
    elsewhere = provider.browser()
    enter_account(elsewhere, "other")

    assert get(elsewhere, address).status_code == 404
    assert post(elsewhere, address, {"csrf_token": csrf(elsewhere, PASSKEYS)}).status_code == 404
    assert events(provider, "PasskeyRemoved") == []


def test_a_stolen_session_makes_and_removes_no_passkey(provider, browser, device):
    enter_account(browser)
    [address] = REMOVE.findall(get(browser, PASSKEYS).text)
    guard = csrf(browser, PASSKEYS)
    provider.clock.advance(timedelta(minutes=11))

    replies = [
        get(browser, PASSKEYS),
        get(browser, f"{PASSKEYS}/options"),
        post(browser, PASSKEYS, {"csrf_token": guard, "credential": "{}"}),
        get(browser, address),
        post(browser, address, {"csrf_token": guard}),
    ]

    assert [each.status_code for each in replies] == [303] * 5
    assert all("/sign-in?next=" in each.headers["Location"] for each in replies)
    assert len(events(provider, "PasskeyAdded")) == 1


def test_a_challenge_for_one_session_makes_no_passkey_in_another(provider, browser):
    enter_account(browser)
    provider.enter("other", document_number="330000199001010022", phone="+8610000000002")
    elsewhere = provider.browser()
    enter_account(elsewhere, "other")
    made = Authenticator().create(get(browser, f"{PASSKEYS}/options").json)

    form = {"csrf_token": csrf(elsewhere, PASSKEYS), "credential": json.dumps(made)}

    assert post(elsewhere, PASSKEYS, form).status_code == 422


def test_a_passkey_that_is_known_is_not_kept_twice(provider, browser):
    device = Authenticator()
    enter_account(browser)

    assert add_passkey(browser, device).status_code == 303
    assert [each["id"] for each in get(browser, f"{PASSKEYS}/options").json["excludeCredentials"]]
    assert add_passkey(browser, device).status_code == 422
    assert len(events(provider, "PasskeyAdded")) == 1


def test_there_is_a_most(browser):
    enter_account(browser)
    for _ in range(MOST):
        assert add_passkey(browser, Authenticator()).status_code == 303

    assert "数量已达上限" in get(browser, PASSKEYS).text
    made = Authenticator().create(get(browser, f"{PASSKEYS}/options").json)
    form = {"csrf_token": csrf(browser, "/account/settings"), "credential": json.dumps(made)}
    assert post(browser, PASSKEYS, form).status_code == 422


@pytest.mark.parametrize(
    "credential",
    [
        *(
            "",
            "{",
            "[]",
            "null",
            '{"response": 1}',
            '{"response": {}}',
            "[" * 10_000,
            '{"a": "' + "x" * 20_000,
        ),
        json.dumps({"id": "a\u0000b", "response": {"clientDataJSON": "e30", "userHandle": "x"}}),
        json.dumps({"id": 1, "response": {"clientDataJSON": "!!!", "userHandle": None}}),
        json.dumps({"id": "x", "response": {"clientDataJSON": "eyJjaGFsbGVuZ2UiOiAxfQ"}}),
    ],
)
def test_what_is_no_answer_of_a_device_is_refused_on_the_page(browser, page, credential):
    form = {"csrf_token": csrf(browser, page), "credential": credential}

    refused = post(browser, f"{page}/passkey", form)

    assert (refused.status_code, "该通行密钥无法使用" in refused.text) == (422, True)
    enter_account(browser)
    form["csrf_token"] = csrf(browser, PASSKEYS)
    assert post(browser, PASSKEYS, form).status_code == 422


def test_a_network_that_fails_too_often_must_wait(tmp_path):
    provider = open_provider(
        tmp_path,
        database_url=f"sqlite:///{tmp_path}/idp.db",
        throttle={
            "account": "5 per hour",
            "address": "3 per hour",
            "registration": "5 per hour",
            "copies": "5 per hour",
        },
    )
    provider.enter()
    browser = provider.browser()
    page = authorize(browser, Visit(provider.register())).headers["Location"]

    replies = [use_passkey(browser, page, Authenticator()) for _ in range(4)]

    assert [each.status_code for each in replies] == [422, 422, 422, 429]
    assert replies[-1].headers["Retry-After"]


def test_a_form_without_its_guard_is_refused(browser, page, device):
    made = device.get(get(browser, f"{page}/passkey/options").json)

    assert post(browser, f"{page}/passkey", {"credential": json.dumps(made)}).status_code == 400


def attesting(tmp_path, *makers, aaguids=()):
    roots = tmp_path / "roots.pem"
    roots.write_bytes(b"".join(each.pem for each in makers))
    provider = open_provider(
        tmp_path,
        database_url=f"sqlite:///{tmp_path}/idp.db",
        passkeys={
            "attestation_roots": str(roots),
            "related_origins": ["https://id.zj.example"],
            "aaguids": aaguids,
        },
    )
    provider.enter()
    return provider


def test_a_device_whose_maker_vouches_for_it_carries_l4(tmp_path):
    maker = Maker()
    provider = attesting(tmp_path, maker)
    browser, device = provider.browser(), Authenticator(maker=maker)
    enter_account(browser)
    assert get(browser, f"{PASSKEYS}/options").json["attestation"] == "direct"
    assert add_passkey(browser, device).status_code == 303
    provider.clock.advance(timedelta(seconds=1))
    visit = Visit(provider.register())
    page = authorize(browser, visit, prompt="login").headers["Location"]

    use_passkey(browser, page, device)

    told = claims_of(redeem_now(browser, visit)["id_token"])
    assert told["acr"] == f"{NS}l4"
    assert f"{NS}l4" in get(browser, "/.well-known/openid-configuration").json["acr_values_supported"]


def test_a_device_that_no_known_maker_vouches_for_is_not_taken(tmp_path):
    known, unknown = Maker(), Maker("Another maker")
    provider = attesting(tmp_path, known)
    browser = provider.browser()
    enter_account(browser)

    replies = [
        add_passkey(browser, each)
        for each in (Authenticator(), Authenticator(signs_for_itself=True), Authenticator(maker=unknown))
    ]

    assert [each.status_code for each in replies] == [422, 422, 422]


@pytest.mark.parametrize(
    ("aaguids", "status"),
    [((MODEL,), 303), ((OTHER_MODEL,), 422), ((OTHER_MODEL, MODEL), 303), ((), 303)],
    ids=["named", "not named", "one of several", "any"],
)
def test_where_models_are_named_only_these_are_taken(tmp_path, aaguids, status):
    maker = Maker()
    provider = attesting(tmp_path, maker, aaguids=aaguids)
    browser = provider.browser()
    enter_account(browser)

    made = add_passkey(browser, Authenticator(maker=maker))

    assert made.status_code == status
    assert len(events(provider, "PasskeyAdded")) == (1 if status == 303 else 0)


def test_a_named_model_without_a_maker_who_vouches_for_it_is_not_taken(tmp_path):
    provider = attesting(tmp_path, Maker(), aaguids=(MODEL,))
    browser = provider.browser()
    enter_account(browser)

    assert add_passkey(browser, Authenticator(signs_for_itself=True)).status_code == 422


def test_makers_whom_the_library_knows_but_no_operator_named_vouch_for_nothing(tmp_path, monkeypatch):
    named, unnamed = Maker(), Maker("A maker that the library trusts")
    monkeypatch.setattr("webauthn.registration.formats.apple.apple_webauthn_root_ca", unnamed.pem)
    provider = attesting(tmp_path, named)
    browser = provider.browser()
    enter_account(browser)

    refused = add_passkey(browser, Authenticator(maker=unnamed, like_apple=True))

    assert refused.status_code == 422
    assert events(provider, "PasskeyAdded") == []


def test_a_vouched_for_key_that_is_synchronised_carries_l3(tmp_path):
    maker = Maker()
    provider = attesting(tmp_path, maker)
    browser, device = provider.browser(), Authenticator(maker=maker, is_synced=True)
    enter_account(browser)
    add_passkey(browser, device)
    provider.clock.advance(timedelta(seconds=1))
    visit = Visit(provider.register())
    page = authorize(browser, visit, prompt="login").headers["Location"]

    use_passkey(browser, page, device)

    assert claims_of(redeem_now(browser, visit)["id_token"])["acr"] == f"{NS}l3"


def test_related_origins_are_told_and_good(tmp_path):
    maker = Maker()
    provider = attesting(tmp_path, maker)
    browser, device = provider.browser(), Authenticator(maker=maker, origin="https://id.zj.example")
    enter_account(browser)

    assert get(browser, "/.well-known/webauthn").json == {
        "origins": ["https://idp.test", "https://id.zj.example"]
    }
    assert add_passkey(browser, device).status_code == 303


def test_without_other_origins_there_is_no_list_of_them(browser):
    assert get(browser, "/.well-known/webauthn").status_code == 404


def test_who_closes_the_account_sees_that_page_and_no_portal(provider, browser, visit, device):
    enter_account(browser)
    post(browser, "/account/close", {"csrf_token": csrf(browser, "/account/close"), "understood": "yes"})
    page = authorize(browser, visit).headers["Location"]

    entered = use_passkey(browser, page, device)

    assert entered.headers["Location"] == page
    assert f'action="{page}/keep"' in get(browser, page).text


@pytest.mark.parametrize("kind", ["You added a passkey", "Sign-in"])
def test_an_intruders_passkey_falls_with_what_its_person_disowns(provider, browser, visit, kind):
    thief, device = provider.browser(), Authenticator()
    enter_account(browser)
    provider.clock.advance(timedelta(seconds=1))
    enter_account(thief)
    add_passkey(thief, device, called="<b>x")
    entries = get(browser, "/account/history?lang=en").text.split("<li>")
    address = NOT_ME.findall(next(each for each in entries if kind in each))[0]
    told = get(browser, f"{address}?lang=en").text
    assert "Passkeys that were added on it are removed: &lt;b&gt;x" in told

    post(browser, address, {"csrf_token": csrf(browser, address)})

    assert "/sign-in?" in get(thief, PASSKEYS).headers["Location"]
    page = authorize(thief, visit).headers["Location"]
    assert use_passkey(thief, page, device).status_code == 422
    assert len(events(provider, "PasskeyRemoved")) == 1
    assert [each["passkey"] for each in events(provider, "Disowned")] == [kind == "You added a passkey"]
    assert get(browser, PASSKEYS).status_code == 200


def test_passkeys_that_were_made_elsewhere_stay(provider, browser, device):
    thief = provider.browser()
    enter_account(thief)
    provider.clock.advance(timedelta(seconds=1))
    enter_account(browser)
    theirs = NOT_ME.findall(get(browser, "/account/history").text)[1]
    assert "Passkeys that were added" not in get(browser, f"{theirs}?lang=en").text

    post(browser, theirs, {"csrf_token": csrf(browser, theirs)})

    assert len(events(provider, "Disowned")) == 1
    assert events(provider, "PasskeyRemoved") == []


def test_closing_the_account_erases_its_passkeys(provider, browser, device):
    enter_account(browser)
    form = {"csrf_token": csrf(browser, "/account/close"), "understood": "yes"}
    post(browser, "/account/close", form)
    provider.clock.advance(timedelta(days=16))
    provider.house.jobs.turns["erase_people"].job.run_once()

    with provider.house.neighbours.database.read() as work:
        assert work.passkeys.of_person(provider.people["zhangsanfeng"]) == ()
    elsewhere = provider.browser()
    page = authorize(elsewhere, Visit(provider.register())).headers["Location"]
    assert use_passkey(elsewhere, page, device).status_code == 422


def test_the_copy_of_ones_data_holds_passkeys_without_their_keys(browser, device):
    enter_account(browser)
    form = {"csrf_token": csrf(browser, "/account/data/copy"), "form": "readable"}
    copy = post(browser, "/account/data/copy", form).json

    [passkey] = copy["passkeys"]
    assert (passkey["name"], passkey["proves"]) == ("My phone", ["hwk", "user", "mfa"])
    assert passkey.keys() == {"name", "proves", "model", "created_at", "last_used_at"}
