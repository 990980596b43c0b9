"""Proof Key for Code Exchange (RFC 7636): required, unless an administrator exempted the client."""

import pytest

from tests.support.relying_party import Visit, redeem, walk

WITHOUT = {"code_challenge": None, "code_challenge_method": None}


@pytest.fixture
def exempt(provider):
    return Visit(provider.register(require_pkce=False))


def test_a_code_is_bound_to_its_challenge(browser, visit):
    code = walk(browser, visit)["code"]

    reply = redeem(browser, visit, code, code_verifier="x" * 43)

    assert (reply.status_code, reply.json["error"]) == (400, "invalid_grant")


def test_a_missing_verifier_is_refused_and_the_code_can_still_be_redeemed(browser, visit):
    code = walk(browser, visit)["code"]

    missing = redeem(browser, visit, code, code_verifier=None)

    assert missing.json["error"] == "invalid_request"
    assert redeem(browser, visit, code).status_code == 200


@pytest.mark.parametrize("method", ["plain", "s256", "S512", None])
def test_no_other_method_is_taken(browser, visit, method):
    assert walk(browser, visit, code_challenge_method=method)["error"] == "invalid_request"


def test_an_exempt_client_may_leave_it_out(browser, exempt):
    code = walk(browser, exempt, **WITHOUT)["code"]

    assert redeem(browser, exempt, code, code_verifier=None).status_code == 200


def test_an_exempt_client_that_uses_it_is_held_to_it(browser, exempt):
    code = walk(browser, exempt)["code"]

    assert redeem(browser, exempt, code, code_verifier=None).json["error"] == "invalid_grant"


def test_a_challenge_that_was_taken_out_on_the_way_is_noticed(browser, exempt):
    code = walk(browser, exempt, **WITHOUT)["code"]

    # The client sends the verifier of the challenge that it had sent (RFC 9700 section 4.8.2).
    assert redeem(browser, exempt, code).json["error"] == "invalid_grant"


def test_an_exempt_client_may_not_name_a_method_alone(browser, exempt):
    assert walk(browser, exempt, code_challenge=None)["error"] == "invalid_request"


def test_the_others_are_not_exempt(browser, visit):
    assert walk(browser, visit, **WITHOUT)["error"] == "invalid_request"
