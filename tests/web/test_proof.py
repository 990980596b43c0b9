"""A transaction that a session alone does not carry: confirmed, then proved by a passkey for itself alone."""

import json
from datetime import timedelta

import pytest

from idp.domain.assurance import Level
from tests.support.authenticator import Authenticator
from tests.support.passkeys import add_passkey, use_passkey
from tests.support.provider import PASSWORD
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
    token,
)
from tests.support.transactions import (
    KINDS,
    TRANSFER,
    come_to_page,
    confirm,
    open_with_types,
    register,
    transfer,
    written,
)

ACR = "https://tongxing.example/ns/acr/"
PROVED, STRONG = KINDS[3:]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def provider(tmp_path):
    return open_with_types(tmp_path)


@pytest.fixture
def browser(provider):
    return provider.browser()


@pytest.fixture
def visit(provider):
    return Visit(register(provider))


@pytest.fixture
def device(provider, browser):
    """Return a device with a passkey of the person's, who is signed in by password since a while."""
    made = Authenticator()
    sign_in(browser, get(browser, "/sign-in").headers["Location"])
    assert add_passkey(browser, made).status_code == 303
    provider.clock.advance(6 * MINUTE)
    return made


def come_to_proof(browser, visit, *details, **changes):
    """Confirm the transaction; return the address where the proof is due."""
    page = come_to_page(browser, visit, *(details or (transfer(type=PROVED),)), **changes)
    assert confirm(browser, page).headers["Location"] == page
    return page


def prove(browser, page, device, **changes):
    options = get(browser, f"{page}/proof/options").json
    return send(browser, page, device.get(dict(options), **changes))


def send(browser, page, made):
    form = {"csrf_token": csrf(browser, page), "credential": json.dumps(made)}
    return post(browser, f"{page}/proof", form)


def prove_by_password(browser, page, password=PASSWORD):
    return post(browser, f"{page}/proof", {"csrf_token": csrf(browser, page), "password": password})


def kinds(provider):
    return [kind for kind, _ in provider.events()]


def test_a_passkey_proves_it_and_the_token_says_so(provider, browser, visit, device):
    page = come_to_proof(browser, visit)
    shown = get(browser, f"{page}?lang=en").text
    assert "Prove that it is you" in shown
    assert "12,000.00" in shown

    done = prove(browser, page, device)

    issued = redeem(browser, visit, answer(done)["code"]).json
    told = claims_of(issued["id_token"])
    assert told["acr"] == f"{ACR}l2-tx"
    assert told["amr"] == ["pwd", "hwk", "user", "mfa"]
    assert told["auth_time"] == int(provider.clock.now().timestamp())
    assert claims_of(issued["access_token"])["acr"] == f"{ACR}l2-tx"
    [event] = [details for kind, details in provider.events() if kind == "TransactionProved"]
    assert (event["amr"], event["types"]) == (["hwk", "user", "mfa"], [PROVED])


def test_a_device_that_was_told_whose_passkey_need_not_say_it(browser, visit, device):
    page = come_to_proof(browser, visit)
    made = device.get(dict(get(browser, f"{page}/proof/options").json))
    del made["response"]["userHandle"]

    proved = send(browser, page, made)

    assert proved.status_code == 303


def test_no_face_is_asked_for_or_recorded(provider, browser, visit, device):
    page = come_to_proof(browser, visit)
    prove(browser, page, device)

    assert "face" not in repr(provider.events()).lower()


def test_what_was_proved_is_good_for_a_while_and_then_all_of_it_falls(provider, browser, visit, device):
    page = come_to_proof(browser, visit, scope="openid offline_access")
    held = redeem(browser, visit, answer(prove(browser, page, device))["code"]).json
    form = {"grant_type": "refresh_token", "refresh_token": held["refresh_token"]}
    provider.clock.advance(4 * MINUTE)
    renewed = token(browser, visit.client, form).json
    provider.clock.advance(MINUTE)

    late = token(browser, visit.client, form | {"refresh_token": renewed["refresh_token"]})

    assert late.json["error"] == "invalid_grant"


def test_a_sign_in_that_is_too_old_for_max_age_is_renewed_by_the_proof(provider, browser, visit, device):
    provider.clock.advance(6 * MINUTE)

    page = come_to_proof(browser, visit, max_age="300")
    done = prove(browser, page, device)

    told = claims_of(redeem(browser, visit, answer(done)["code"]).json["id_token"])
    assert told["auth_time"] == int(provider.clock.now().timestamp())


def test_where_nothing_is_proved_max_age_asks_for_a_sign_in(provider, browser, visit, device):
    asked = {"authorization_details": written(transfer(type=TRANSFER)), "max_age": "300"}

    page = authorize(browser, visit, **asked).headers["Location"]

    assert 'name="password"' in get(browser, page).text


def test_who_is_asked_to_sign_in_again_does_so_before_any_proof(browser, visit, device):
    asked = {"authorization_details": written(transfer(type=PROVED)), "prompt": "login", "max_age": "0"}

    page = authorize(browser, visit, **asked).headers["Location"]

    assert 'name="password"' in get(browser, page).text


def test_the_next_transaction_is_proved_anew(provider, browser, visit, device):
    page = come_to_proof(browser, visit)
    prove(browser, page, device)

    again = come_to_proof(browser, Visit(visit.client))

    assert "请证明是您本人" in get(browser, again).text


def test_a_sign_in_by_passkey_is_no_proof_of_the_transaction(provider, browser, visit, device):
    fresh = Visit(visit.client)
    asked = {"authorization_details": written(transfer(type=PROVED)), "prompt": "login"}
    page = authorize(browser, fresh, **asked).headers["Location"]
    use_passkey(browser, page, device)
    decide(browser, page)
    confirm(browser, page)

    assert "请证明是您本人" in get(browser, page).text


WRONG = {
    "another origin": {"origin": "https://idp.test.evil.example"},
    "no verification of the user": {"is_verified": False},
    "a count from before": {"step": 0},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_what_does_not_fit_proves_nothing(provider, browser, visit, device, wrong):
    prove(browser, come_to_proof(browser, Visit(visit.client)), device)
    page = come_to_proof(browser, visit)
    for name, value in wrong.items():
        setattr(device, name, value)
    issued = kinds(provider).count("GrantIssued")

    refused = prove(browser, page, device)

    assert (refused.status_code, "该通行密钥未能证明" in refused.text) == (422, True)
    assert "TransactionNotProved" in kinds(provider)
    assert kinds(provider).count("GrantIssued") == issued


def test_another_persons_passkey_proves_nothing(provider, browser, visit, device):
    provider.enter("other", document_number="330000199001010022", phone="+8610000000002")
    elsewhere, other = provider.browser(), Authenticator()
    sign_in(elsewhere, get(elsewhere, "/sign-in").headers["Location"], "other")
    add_passkey(elsewhere, other)
    page = come_to_proof(browser, visit)

    assert prove(browser, page, other).status_code == 422


def test_what_proved_one_transaction_proves_no_other(browser, visit, device):
    first, second = (come_to_proof(browser, Visit(visit.client)) for _ in range(2))
    made = device.get(dict(get(browser, f"{first}/proof/options").json))

    assert send(browser, second, made).status_code == 422
    assert send(browser, first, made).status_code == 422


def test_a_sign_in_is_no_proof(browser, visit, device):
    page = come_to_proof(browser, visit)
    other = authorize(browser, Visit(visit.client), prompt="login").headers["Location"]
    made = device.get(dict(get(browser, f"{other}/passkey/options").json))

    assert send(browser, page, made).status_code == 422


def test_a_proof_in_a_session_that_ended_counts_for_nobody(provider, browser, visit, device):
    page = come_to_proof(browser, visit)
    made = device.get(dict(get(browser, f"{page}/proof/options").json))
    form = {"csrf_token": csrf(browser, page)}
    post(browser, f"{page}/switch", form)
    sign_in(browser, page)

    assert send(browser, page, made).status_code == 303
    assert "GrantIssued" not in kinds(provider)
    assert 'value="confirm"' in get(browser, page).text


def test_a_proof_before_the_yes_is_not_taken(browser, visit, device):
    page = come_to_page(browser, visit, transfer(type=PROVED))

    assert get(browser, f"{page}/proof/options").status_code == 404
    made = Authenticator().get({"challenge": "x" * 43})
    assert send(browser, page, made).headers["Location"] == page


def test_an_old_proof_is_asked_for_anew(provider, browser, visit, device):
    # Two ways are needed: between them the first grows old.
    page = come_to_proof(browser, visit, transfer("50000.00", type=TRANSFER))
    assert prove(browser, page, device).status_code == 303
    assert "请再输入密码" in get(browser, page).text
    provider.clock.advance(6 * MINUTE)

    assert prove_by_password(browser, page).headers["Location"] == page
    assert "请证明是您本人" in get(browser, page).text


def test_from_a_limit_on_two_different_ways_are_needed(browser, visit, device):
    page = come_to_proof(browser, visit, transfer("50000.00", type=TRANSFER))

    assert prove(browser, page, device).headers["Location"] == page
    assert "请再输入密码" in get(browser, page).text
    wrong = prove_by_password(browser, page, "not this one")
    assert (wrong.status_code, "还可以尝试" in wrong.text) == (422, True)
    done = prove_by_password(browser, page)

    told = claims_of(redeem(browser, visit, answer(done)["code"]).json["id_token"])
    assert told["amr"] == ["pwd", "hwk", "user", "mfa"]


def test_the_same_passkey_twice_is_one_way(browser, visit, device):
    page = come_to_proof(browser, visit, transfer("50000.00", type=TRANSFER))
    prove(browser, page, device)

    assert prove(browser, page, device).headers["Location"] == page
    assert "请再输入密码" in get(browser, page).text


def test_without_a_passkey_the_page_says_how_to_get_one(provider, visit):
    browser = provider.browser()
    page = come_to_proof(browser, visit)

    shown = get(browser, f"{page}?lang=en").text

    assert "This needs a passkey, and you have none yet." in shown
    assert 'href="/account/security/passkeys"' in shown
    assert "You can also do this at the counter of 测试门户." in shown


def test_a_password_alone_does_not_reach_a_higher_level(browser, visit, device):
    claims = json.dumps({"id_token": {"acr": {"essential": True, "value": f"{ACR}l3-tx"}}})
    page = come_to_proof(browser, visit, transfer(type=STRONG), claims=claims)

    assert prove_by_password(browser, page).headers["Location"] == page
    assert "请证明是您本人" in get(browser, page).text
    done = prove(browser, page, device)

    told = claims_of(redeem(browser, visit, answer(done)["code"]).json["id_token"])
    assert told["acr"] == f"{ACR}l3-tx"


def test_who_was_not_proved_so_well_is_not_asked_in_vain(provider, visit):
    provider.enter("low", document_number="330000199001010022", phone="+8610000000002", level=Level.L2)
    browser = provider.browser()
    asked = {"authorization_details": written(transfer(type=STRONG))}
    page = authorize(browser, visit, **asked).headers["Location"]
    sign_in(browser, page, "low")

    assert answer(get(browser, page))["error"] == "unmet_authentication_requirements"


def test_a_proof_is_not_asked_for_silently(browser, visit, device):
    told = answer(
        authorize(browser, visit, authorization_details=written(transfer(type=PROVED)), prompt="none")
    )

    assert told["error"] in {"consent_required", "interaction_required"}


def test_an_essential_proof_without_a_transaction_is_out_of_reach(browser, visit):
    claims = json.dumps({"id_token": {"acr": {"essential": True, "value": f"{ACR}l3-tx"}}})

    assert answer(authorize(browser, visit, claims=claims))["error"] == "unmet_authentication_requirements"


def test_a_network_that_fails_too_often_must_wait(tmp_path):
    few = {
        "account": "5 per hour",
        "address": "2 per hour",
        "registration": "5 per hour",
        "copies": "5 per hour",
    }
    folder = tmp_path / "few"
    folder.mkdir()
    provider = open_with_types(folder, throttle=few)
    browser, visit = provider.browser(), Visit(register(provider))
    page = come_to_proof(browser, visit)

    replies = [prove(browser, page, Authenticator()) for _ in range(3)]

    assert [each.status_code for each in replies] == [422, 422, 429]


def test_a_form_without_its_guard_is_refused(browser, visit, device):
    page = come_to_proof(browser, visit)

    assert post(browser, f"{page}/proof", {"password": PASSWORD}).status_code == 400
