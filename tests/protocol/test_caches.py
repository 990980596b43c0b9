"""No cache keeps an answer that holds a secret or belongs to one person."""

import pytest

from tests.support.provider import ISSUER
from tests.support.relying_party import ask, authorize, get, redeem, sign_in, tokens, userinfo, walk


def of_the_visit(browser, visit):
    begun = authorize(browser, visit)
    page = begun.headers["Location"]
    yield begun
    yield get(browser, page)
    yield sign_in(browser, page, password="wrong password")
    yield sign_in(browser, page)
    yield get(browser, page)


def of_the_answer(browser, visit):
    walk(browser, visit)
    yield authorize(browser, visit)
    yield authorize(browser, visit, response_mode="form_post")
    yield authorize(browser, visit, scope="bad")


def of_the_token_endpoint(browser, visit):
    code = walk(browser, visit)["code"]
    yield redeem(browser, visit, code)
    yield redeem(browser, visit, code)
    yield ask(browser, "/token", visit.client, grant_type="client_credentials")
    yield ask(browser, "/token", None)


def of_the_other_endpoints(browser, visit):
    held = tokens(browser, visit)["access_token"]
    yield userinfo(browser, held)
    yield userinfo(browser, "wrong")
    yield ask(browser, "/introspect", visit.client, token=held)
    yield ask(browser, "/par", visit.client, **visit.params())
    yield ask(browser, "/revoke", visit.client, token=held)


def of_the_pages(browser, visit):
    tokens(browser, visit)
    yield get(browser, "/")
    yield get(browser, "/logout")
    yield get(browser, "/nowhere")


@pytest.mark.parametrize(
    "replies",
    [of_the_visit, of_the_answer, of_the_token_endpoint, of_the_other_endpoints, of_the_pages],
)
def test_nothing_private_is_kept(browser, visit, replies):
    for reply in replies(browser, visit):
        assert reply.headers["Cache-Control"] == "no-store", (reply.request.path, reply.status_code)
        assert "Expires" not in reply.headers


def test_codes_and_tokens_stand_in_no_address_that_is_sent_on(browser, visit):
    reply = get(browser, "/")

    assert reply.headers["Referrer-Policy"] == "same-origin"
    assert ISSUER.startswith("https://")
    assert "max-age=" in reply.headers["Strict-Transport-Security"]
