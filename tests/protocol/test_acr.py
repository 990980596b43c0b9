"""How well a sign-in must be: wished for, required, or by default of the client."""

import json
from datetime import timedelta

import pytest

from idp.domain.assurance import Level
from tests.support.relying_party import Visit, answer, authorize, claims_of, get, sign_in, tokens, walk

NS = "https://tongxing.example/ns/acr/"


def required(*levels):
    values = {"value": NS + levels[0]} if len(levels) == 1 else {"values": [NS + each for each in levels]}
    return json.dumps({"id_token": {"acr": {"essential": True} | values}})


@pytest.fixture
def unproved(provider):
    """Return the signed-in browser of a person of level l1."""
    provider.enter("ouyang", document_number="110000199912310084", phone=None, level=Level.L1)
    browser = provider.browser()
    sign_in(browser, get(browser, "/sign-in").headers["Location"], "ouyang")
    provider.clock.advance(timedelta(seconds=1))
    return browser


@pytest.mark.parametrize("values", ["l4", "l2 l1", "no-such-acr", "l4 l2"])
def test_a_wish_is_best_effort_and_the_token_tells_what_was_reached(browser, visit, values):
    wished = " ".join(NS + each for each in values.split())

    assert claims_of(tokens(browser, visit, acr_values=wished)["id_token"])["acr"] == f"{NS}l2"


def test_a_claim_that_is_not_essential_is_a_wish(browser, visit):
    wish = json.dumps({"id_token": {"acr": {"value": f"{NS}l4"}}})

    assert claims_of(tokens(browser, visit, claims=wish)["id_token"])["acr"] == f"{NS}l2"


def test_an_essential_acr_without_values_is_any(browser, visit):
    asked = json.dumps({"id_token": {"acr": {"essential": True}}})

    assert claims_of(tokens(browser, visit, claims=asked)["id_token"])["acr"] == f"{NS}l2"


@pytest.mark.parametrize(("levels", "reached"), [(["l2"], "l2"), (["l1"], "l1"), (["l1", "l2", "l4"], "l2")])
def test_an_essential_acr_is_met_to_the_letter(browser, visit, levels, reached):
    id_token = tokens(browser, visit, claims=required(*levels))["id_token"]

    assert claims_of(id_token)["acr"] == NS + reached


@pytest.mark.parametrize("levels", [["l4"], ["no-such-level"], ["l3-tx"]])
@pytest.mark.parametrize("prompt", [None, "none", "login"])
def test_what_no_sign_in_reaches_is_said_at_once(browser, visit, levels, prompt):
    told = answer(authorize(browser, visit, claims=required(*levels), prompt=prompt))

    assert told["error"] == "unmet_authentication_requirements"
    assert told["state"] == visit.state


def test_a_session_that_is_too_weak_is_no_answer(unproved, client):
    silent = authorize(unproved, Visit(client), claims=required("l2"), prompt="none")
    asked = authorize(unproved, Visit(client), claims=required("l2"))

    assert answer(silent)["error"] == "unmet_authentication_requirements"
    assert 'name="password"' in get(unproved, asked.headers["Location"]).text


def test_signing_in_again_as_the_same_person_does_not_help(unproved, visit):
    page = authorize(unproved, visit, claims=required("l2")).headers["Location"]
    sign_in(unproved, page, "ouyang")

    assert answer(get(unproved, page))["error"] == "unmet_authentication_requirements"


def test_signing_in_as_somebody_who_is_proved_does(unproved, visit):
    result = authorize(unproved, visit, claims=required("l2"))
    sign_in(unproved, result.headers["Location"])

    assert "code" in walk(unproved, visit, claims=required("l2"))


def test_the_session_is_not_ended_by_a_requirement(unproved, client):
    authorize(unproved, Visit(client), claims=required("l4"))

    assert get(unproved, "/").status_code == 200
    assert 'name="password"' not in get(unproved, "/").text


def test_a_clients_default_max_age_counts_when_none_is_given(provider, browser):
    client = provider.register(default_max_age=60)
    walk(browser, Visit(client))
    provider.clock.advance(timedelta(seconds=61))

    by_default = authorize(browser, Visit(client), prompt="none")
    given = authorize(browser, Visit(client), prompt="none", max_age="600")

    assert answer(by_default)["error"] == "login_required"
    assert "code" in answer(given)


def test_a_clients_default_acr_values_are_a_wish(provider, browser):
    client = provider.register(default_acr_values=[f"{NS}l4"], require_auth_time=True)

    claims = claims_of(tokens(browser, Visit(client))["id_token"])

    assert claims["acr"] == f"{NS}l2"
    assert claims["auth_time"] == 1795327202
