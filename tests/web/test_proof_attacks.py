"""A proof that is stolen, repeated, late, guessed or of a copied key: refused, counted and written down."""

import json
from datetime import timedelta

import pytest

from tests.support.authenticator import Authenticator
from tests.support.passkeys import add_passkey, use_passkey
from tests.support.relying_party import Visit, answer, authorize, csrf, get, post, redeem, sign_in, token
from tests.support.transactions import (
    KINDS,
    TRANSFER,
    come_to_page,
    confirm,
    open_with_types,
    register,
    transfer,
)

PROVED = KINDS[3]
OTHERS = [
    ("other", "330000199001010022", "+8610000000002"),
    ("third", "330000199001010030", "+8610000000003"),
]
MINUTE = timedelta(minutes=1)
SESSION, BROWSER = "__Host-tx_session", "__Host-tx_browser"
STEP_UP = {
    "asks": "100 per hour",
    "refusals": "3 per hour",
    "quiet_minutes": 60,
    "person": "4 per hour",
    "browser": "3 per hour",
    "client": "6 per hour",
}


@pytest.fixture
def provider(tmp_path):
    return open_with_types(tmp_path, step_up=STEP_UP, messages={"adapter": "outbox"})


@pytest.fixture
def client(provider):
    return register(provider)


@pytest.fixture
def visit(client):
    return Visit(client)


@pytest.fixture
def device(provider, browser):
    made = Authenticator()
    sign_in(browser, get(browser, "/sign-in").headers["Location"])
    add_passkey(browser, made)
    provider.clock.advance(6 * MINUTE)
    return made


def come_to_proof(browser, visit, *details):
    page = come_to_page(browser, visit, *(details or (transfer(type=PROVED),)))
    confirm(browser, page)
    return page


def signed(browser, page, device):
    return device.get(dict(get(browser, f"{page}/proof/options").json))


def send(browser, page, made):
    form = {"csrf_token": csrf(browser, page), "credential": json.dumps(made)}
    return post(browser, f"{page}/proof", form)


def reasons(provider):
    return [details["reason"] for kind, details in provider.events() if kind == "TransactionNotProved"]


def grants(provider):
    return [kind for kind, _ in provider.events()].count("GrantIssued")


def messages(provider):
    with provider.house.neighbours.database.read() as work:
        return [each.topic for each in work.outbox.waiting(limit=100)]


class TestWhy:
    @pytest.mark.usefixtures("device")
    def test_an_unknown_passkey(self, provider, browser, visit):
        page = come_to_proof(browser, visit)

        send(browser, page, signed(browser, page, Authenticator()))

        assert reasons(provider) == ["unknown_passkey"]

    @pytest.mark.usefixtures("device")
    def test_an_answer_that_nobody_can_read(self, provider, browser, visit):
        send(browser, come_to_proof(browser, visit), {"id": "x", "response": {}})

        assert reasons(provider) == ["unreadable"]

    def test_a_challenge_of_another_visit(self, provider, browser, client, device):
        first, second = (come_to_proof(browser, Visit(client)) for _ in range(2))

        send(browser, second, signed(browser, first, device))

        assert reasons(provider) == ["wrong_challenge"]

    def test_a_challenge_that_is_over(self, provider, browser, visit, device):
        page = come_to_proof(browser, visit)
        made = signed(browser, page, device)
        provider.clock.advance(5 * MINUTE)

        refused = send(browser, page, made)

        assert (refused.status_code, reasons(provider)) == (422, ["late_challenge"])
        assert "It took too long." in get(browser, "/account/history?lang=en").text

    def test_an_answer_of_another_origin(self, provider, browser, visit, device):
        page = come_to_proof(browser, visit)
        device.origin = "https://idp.test.evil.example"

        send(browser, page, signed(browser, page, device))

        assert reasons(provider) == ["wrong_answer"]

    def test_a_wrong_password(self, provider, browser, visit, device):
        page = come_to_proof(browser, visit, transfer("50000.00", type=TRANSFER))
        send(browser, page, signed(browser, page, device))

        post(browser, f"{page}/proof", {"csrf_token": csrf(browser, page), "password": "not this one"})

        assert reasons(provider) == ["wrong_password"]


class TestACopiedKey:
    def test_is_refused_and_its_person_told(self, provider, browser, client, device):
        page = come_to_proof(browser, Visit(client))
        copy = Authenticator(handle=device.handle, key=device.key, id=device.id, count=device.count)
        send(browser, page, signed(browser, page, device))
        before = messages(provider)
        page = come_to_proof(browser, Visit(client))

        refused = send(browser, page, signed(browser, page, copy))

        assert (refused.status_code, reasons(provider)) == (422, ["passkey_count"])
        assert messages(provider)[len(before) :] == ["passkey_copied"]
        assert "The passkey may have been copied." in get(browser, "/account/history?lang=en").text

    def test_at_the_sign_in_is_refused_and_its_person_told_once_an_hour(self, provider, client, device):
        device.count = 8
        copy = Authenticator(handle=device.handle, key=device.key, id=device.id, count=6)

        def sign_in_with(held):
            browser = provider.browser()
            return use_passkey(browser, authorize(browser, Visit(client)).headers["Location"], held)

        assert sign_in_with(device).status_code == 303
        for _ in range(2):
            copy.count = 6
            assert sign_in_with(copy).status_code == 422

        assert messages(provider).count("passkey_copied") == 1

    @pytest.mark.usefixtures("device")
    def test_what_merely_does_not_fit_raises_no_alarm(self, provider, browser, visit):
        page = come_to_proof(browser, visit)
        before = messages(provider)

        send(browser, page, signed(browser, page, Authenticator()))

        assert messages(provider) == before


class TestTheft:
    def test_of_the_session_between_confirming_and_proving_opens_no_visit(
        self, provider, browser, visit, device
    ):
        page = come_to_proof(browser, visit)
        made = signed(browser, page, device)
        form = {"csrf_token": csrf(browser, page), "credential": json.dumps(made)}
        thief = provider.browser()
        stolen = browser.get_cookie(SESSION, domain="idp.test")
        thief.set_cookie(SESSION, stolen.value, domain="idp.test", secure=True)

        seen, asked, sent = (
            get(thief, page),
            get(thief, f"{page}/proof/options"),
            post(thief, f"{page}/proof", form),
        )

        assert [seen.status_code, asked.status_code, sent.status_code] == [400, 400, 400]
        assert "12,000.00" not in seen.text + sent.text
        assert grants(provider) == 0
        # The person's own answer was not used up.
        assert "code" in answer(send(browser, page, made))

    def test_of_the_session_does_not_prove_a_transaction_of_the_thiefs(
        self, provider, browser, visit, device
    ):
        own = come_to_proof(browser, visit)
        thief = provider.browser()
        stolen = browser.get_cookie(SESSION, domain="idp.test")
        thief.set_cookie(SESSION, stolen.value, domain="idp.test", secure=True)
        page = come_to_proof(thief, Visit(visit.client), transfer("40000.00", type=PROVED))

        refused = send(thief, page, signed(browser, own, device))

        assert (refused.status_code, grants(provider)) == (422, 0)
        assert reasons(provider) == ["wrong_challenge"]

    def test_of_the_browsers_secret_alone_opens_no_visit_either(self, provider, browser, visit, device):
        page = come_to_proof(browser, visit)
        made = signed(browser, page, device)
        thief = provider.browser()
        stolen = browser.get_cookie(BROWSER, domain="idp.test")
        thief.set_cookie(BROWSER, stolen.value, domain="idp.test", secure=True)

        send(thief, page, made)

        assert 'name="password"' in get(thief, page).text
        assert grants(provider) == 0


class TestReplay:
    def test_of_a_proof_in_the_same_visit(self, provider, browser, visit, device):
        page = come_to_proof(browser, visit, transfer("50000.00", type=TRANSFER))
        made = signed(browser, page, device)
        send(browser, page, made)

        again = send(browser, page, made)

        assert "code" not in again.headers.get("Location", "")
        assert grants(provider) == 0

    def test_of_a_refused_answer(self, provider, browser, visit, device):
        page = come_to_proof(browser, visit)
        device.is_verified = False
        made = signed(browser, page, device)

        assert [send(browser, page, made).status_code for _ in range(2)] == [422, 422]
        assert reasons(provider) == ["wrong_answer", "wrong_challenge"]

    def test_of_the_code_ends_what_was_given_for_it(self, browser, visit, device):
        page = come_to_proof(browser, visit)
        code = answer(send(browser, page, signed(browser, page, device)))["code"]
        held = redeem(browser, visit, code).json

        again = redeem(browser, visit, code)

        form = {"grant_type": "refresh_token", "refresh_token": held["refresh_token"]}
        assert (again.status_code, again.json["error"]) == (400, "invalid_grant")
        assert token(browser, visit.client, form).json["error"] == "invalid_grant"


class TestTries:
    def fail(self, browser, page, times):
        return [send(browser, page, signed(browser, page, Authenticator())).status_code for _ in range(times)]

    def enter_another(self, provider, username, document_number, phone):
        provider.enter(username, document_number=document_number, phone=phone)
        browser = provider.browser()
        sign_in(browser, get(browser, "/sign-in").headers["Location"], username)
        return browser

    def test_a_browser_that_fails_too_often_must_wait_with_the_right_passkey_too(
        self, provider, browser, visit, device
    ):
        page = come_to_proof(browser, visit)

        statuses = self.fail(browser, page, 3)
        late = send(browser, page, signed(browser, page, device))

        assert (statuses, late.status_code, grants(provider)) == ([422] * 3, 429, 0)
        assert "尝试次数过多" in late.text

    @pytest.mark.usefixtures("device")
    def test_a_person_must_wait_in_whatever_browser(self, provider, browser, visit):
        self.fail(browser, come_to_proof(browser, visit), 2)
        elsewhere = provider.browser()
        page = come_to_proof(elsewhere, Visit(visit.client))

        assert self.fail(elsewhere, page, 3) == [422, 422, 429]

    @pytest.mark.usefixtures("device")
    def test_what_a_relying_party_is_grinding_at_stops_for_all_its_people(self, provider, browser, client):
        self.fail(browser, come_to_proof(browser, Visit(client)), 3)
        others = [self.enter_another(provider, *each) for each in OTHERS]

        statuses = [self.fail(other, come_to_proof(other, Visit(client)), 3) for other in others]

        assert statuses == [[422] * 3, [429] * 3]

    def test_wrong_passwords_count_as_well(self, browser, visit, device):
        page = come_to_proof(browser, visit, transfer("50000.00", type=TRANSFER))
        send(browser, page, signed(browser, page, device))
        form = {"csrf_token": csrf(browser, page), "password": "not this one"}

        assert [post(browser, f"{page}/proof", form).status_code for _ in range(4)] == [422] * 3 + [429]
