"""The person that a relying party expects, and what happens when somebody else is there."""

from datetime import timedelta

import pytest

from tests.support.relying_party import Visit, answer, authorize, get, sign_in, tokens


@pytest.fixture
def hint(browser, client):
    """Return an ID token of the person who is signed in."""
    return tokens(browser, Visit(client))["id_token"]


def test_the_expected_person_is_let_through_silently(browser, client, hint):
    result = authorize(browser, Visit(client), prompt="none", id_token_hint=hint)

    assert "code" in answer(result)


def test_an_expired_hint_still_names_the_person(provider, browser, client, hint):
    provider.clock.advance(timedelta(minutes=15))

    assert "code" in answer(authorize(browser, Visit(client), prompt="none", id_token_hint=hint))


@pytest.fixture
def guli(provider):
    """Return another person's browser, not signed in."""
    provider.enter("guli", document_number="650000199506220046", phone=None)
    return provider.browser()


def test_somebody_else_is_not_passed_off_as_the_expected_person(provider, guli, client, hint):
    sign_in(guli, get(guli, "/sign-in").headers["Location"], "guli")
    provider.clock.advance(timedelta(seconds=1))

    silent = authorize(guli, Visit(client), prompt="none", id_token_hint=hint)
    asked = authorize(guli, Visit(client), id_token_hint=hint)

    assert answer(silent)["error"] == "login_required"
    assert 'name="password"' in get(guli, asked.headers["Location"]).text


def test_a_stubborn_somebody_else_goes_back_with_an_error(guli, client, hint):
    page = authorize(guli, Visit(client), id_token_hint=hint).headers["Location"]
    sign_in(guli, page, "guli")

    assert answer(get(guli, page))["error"] == "login_required"


def test_the_expected_person_may_sign_in_during_the_visit(provider, client, hint):
    other = provider.browser()
    page = authorize(other, Visit(client), id_token_hint=hint).headers["Location"]
    sign_in(other, page)

    assert "code" in answer(get(other, page))


@pytest.mark.parametrize("forged", ["x", "a.b.c", "eyJhbGciOiJub25lIn0.e30."])
def test_a_forged_hint_is_refused(browser, client, forged):
    told = answer(authorize(browser, Visit(client), id_token_hint=forged))

    assert told["error"] == "invalid_request"


def test_another_clients_hint_is_refused(provider, browser, hint):
    visit = Visit(provider.register())

    assert answer(authorize(browser, visit, id_token_hint=hint))["error"] == "invalid_request"
