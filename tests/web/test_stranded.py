"""The end of a transaction's visit when a store fails once: nobody is stranded, nothing is doubled."""

import pytest

from idp.domain.errors import Unavailable
from tests.support.relying_party import Visit, answer, get, post, redeem
from tests.support.transactions import come_to_page, form_at, open_with_types, register

CODE = "c" * 43


@pytest.fixture
def provider(tmp_path):
    return open_with_types(tmp_path)


@pytest.fixture
def visit(provider):
    return Visit(register(provider))


def fail_once(monkeypatch, store, verb, *, when):
    """Let *verb* of *store* fail the first time that it is called with what *when* names."""
    real = getattr(store, verb)
    failed: list[object] = []

    def verb_that_fails(*given, **named):
        if not failed and when(*given):
            failed.append(given)
            raise Unavailable("The store does not answer.")
        return real(*given, **named)

    monkeypatch.setattr(store, verb, verb_that_fails)
    return failed


def grants(provider):
    return [kind for kind, _ in provider.events()].count("GrantIssued")


def fail_at_code(monkeypatch, provider):
    store = provider.house.neighbours.ephemeral.one_time
    return fail_once(monkeypatch, store, "put", when=lambda key, *_: key.startswith("code:"))


def fail_at_grant(monkeypatch, provider):
    database = provider.house.neighbours.database
    confirmed = []

    def is_after_the_yes():
        # The yes is written in a unit of work of its own, the first.
        confirmed.append(True)
        return len(confirmed) == 2

    return fail_once(monkeypatch, database, "begin", when=is_after_the_yes)


@pytest.mark.parametrize("fail", [fail_at_code, fail_at_grant])
def test_what_fails_before_the_grant_is_written_can_be_taken_up_again(
    provider, browser, visit, monkeypatch, fail
):
    page = come_to_page(browser, visit)
    form = form_at(browser, page)
    failed = fail(monkeypatch, provider)

    out = post(browser, f"{page}/transaction", form)
    again = get(browser, page)

    assert (len(failed), out.status_code, out.headers["Retry-After"]) == (1, 503, "5")
    assert redeem(browser, visit, answer(again)["code"]).status_code == 200
    assert grants(provider) == 1


def test_what_fails_after_the_grant_is_written_loses_no_answer(provider, browser, visit, monkeypatch):
    page = come_to_page(browser, visit)
    form = form_at(browser, page)
    store = provider.house.neighbours.ephemeral.expiring
    failed = fail_once(monkeypatch, store, "delete", when=lambda key: key.startswith("interaction:"))

    done = post(browser, f"{page}/transaction", form)
    again = post(browser, f"{page}/transaction", form)

    assert len(failed) == 1
    assert redeem(browser, visit, answer(done)["code"]).status_code == 200
    assert "Location" not in again.headers
    assert grants(provider) == 1


def test_a_code_without_its_grant_opens_nothing(provider, browser, visit, monkeypatch):
    page = come_to_page(browser, visit)
    form = form_at(browser, page)
    monkeypatch.setattr("idp.services.authorize.finish.random_secret", lambda: CODE)
    fail_at_grant(monkeypatch, provider)

    post(browser, f"{page}/transaction", form)

    assert redeem(browser, visit, CODE).json["error"] == "invalid_grant"
