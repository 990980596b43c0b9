"""A relying party that asks too often, and a person who is to be worn down: both are left alone."""

import time

import pytest

from tests.support.relying_party import Visit, answer, authorize, csrf, decide, get, post, sign_in
from tests.support.transactions import (
    KINDS,
    come_to_page,
    confirm,
    open_with_types,
    register,
    transfer,
    written,
)

STEP_UP = {
    "asks": "4 per hour",
    "refusals": "3 per hour",
    "quiet_minutes": 60,
    "person": "10 per hour",
    "browser": "10 per hour",
    "client": "1000 per hour",
}
REFUSED, TOO_OFTEN = "access_denied", "temporarily_unavailable"


@pytest.fixture
def clock_of_tries(monkeypatch):
    """Let the counters of tries live by a clock that can be moved on."""
    moved = [0.0]
    real = time.time  # noqa: TID251 - what the limits package reads
    monkeypatch.setattr("limits.storage.memory.time.time", lambda: real() + moved[0])
    return moved


@pytest.fixture
def provider(tmp_path):
    return open_with_types(tmp_path, step_up=STEP_UP)


@pytest.fixture
def client(provider):
    return register(provider)


def held_back(provider):
    return [details for kind, details in provider.events() if kind == "TransactionHeldBack"]


def ask(browser, client, **changes):
    """Come with a new transaction; return the provider's answer."""
    asked = {"authorization_details": written(transfer())} | changes
    return authorize(browser, Visit(client), **asked)


def say_no(browser, client):
    return answer(confirm(browser, come_to_page(browser, Visit(client)), decision="cancel"))


class TestWhoAsksTooOften:
    def test_is_refused_without_a_page_and_it_is_written_down(self, provider, browser, client):
        for _ in range(4):
            come_to_page(browser, Visit(client))

        told = [answer(ask(browser, client))["error"] for _ in range(3)]

        assert told == [TOO_OFTEN] * 3
        [event] = held_back(provider)
        assert (event["reason"], event["types"]) == ("asked_often", [KINDS[0]])
        assert "Test transfer" in get(browser, "/account/history?lang=en").text

    def test_a_page_that_is_looked_at_again_is_one_page(self, browser, client):
        page = come_to_page(browser, Visit(client))
        for _ in range(8):
            assert get(browser, page).status_code == 200

        assert "code" in answer(confirm(browser, page))

    def test_a_visit_that_was_refused_cannot_be_taken_up_again(self, provider, client):
        browser = provider.browser()
        pages = [ask(browser, client).headers["Location"] for _ in range(5)]
        sign_in(browser, pages[0])
        decide(browser, pages[0])

        shown = [get(browser, page) for page in pages]
        again = get(browser, pages[4])

        assert [each.status_code for each in shown] == [200] * 4 + [303]
        assert answer(shown[4])["error"] == TOO_OFTEN
        assert again.status_code == 400

    def test_others_are_not_held_back_for_it(self, provider, browser, client):
        for _ in range(5):
            ask(browser, client)
        come_to_page(browser, Visit(client))
        provider.enter("lisiguangming", document_number="330000199001010022", phone="+8610000000002")
        other = provider.browser()
        page = ask(other, client).headers["Location"]
        sign_in(other, page, "lisiguangming")

        assert "code" in answer(confirm(browser, come_to_page(browser, Visit(register(provider)))))
        assert get(other, page).status_code == 200

    def test_a_request_that_shows_no_page_is_not_counted(self, browser, client):
        come_to_page(browser, Visit(client))
        for _ in range(8):
            assert answer(ask(browser, client, prompt="none"))["error"] == "consent_required"

        assert "code" in answer(confirm(browser, come_to_page(browser, Visit(client))))


class TestWhoSaidNoThreeTimes:
    def test_is_not_asked_again_by_the_same_party_and_reads_why(self, provider, browser, client):
        assert [say_no(browser, client)["error"] for _ in range(3)] == [REFUSED] * 3

        told = answer(ask(browser, client))

        assert (told["error"], held_back(provider)[0]["reason"]) == (REFUSED, "refused_often")
        history = get(browser, "/account/history?lang=en").text
        assert "wanted you to confirm a transaction, and you were not asked" in history
        assert "You had said no to it several times." in history

    def test_can_say_yes_to_others_meanwhile(self, provider, browser, client):
        for _ in range(3):
            say_no(browser, client)

        assert "code" in answer(confirm(browser, come_to_page(browser, Visit(register(provider)))))

    def test_is_asked_again_after_an_hour_and_not_before(self, browser, client, clock_of_tries):
        for _ in range(3):
            say_no(browser, client)
            clock_of_tries[0] += 1000

        clock_of_tries[0] += 2500
        early = answer(ask(browser, client))
        clock_of_tries[0] += 120
        late = ask(browser, client)

        assert early["error"] == REFUSED
        assert get(browser, late.headers["Location"]).status_code == 200

    def test_a_no_is_also_to_say_yes_and_not_to_prove_it(self, provider, browser):
        client = register(provider)
        for _ in range(3):
            page = come_to_page(browser, Visit(client), transfer(type=KINDS[3]))
            confirm(browser, page)
            told = answer(post(browser, f"{page}/cancel", {"csrf_token": csrf(browser, page)}))
            assert told["error"] == REFUSED

        assert answer(ask(browser, client))["error"] == REFUSED
        assert held_back(provider)[0]["reason"] == "refused_often"

    def test_somebody_else_cannot_say_no_for_them(self, provider, browser, client):
        page = come_to_page(browser, Visit(client))
        thief = provider.browser()
        for _ in range(4):
            assert post(thief, f"{page}/transaction", {"decision": "cancel"}).status_code == 400

        assert "code" in answer(confirm(browser, page))
