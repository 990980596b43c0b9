"""The way in: from the button to what the portal holds."""

from urllib.parse import parse_qs, urlsplit

import pytest

from examples.housing_fund import HOUSING_FUND
from tests.examples.visitor import URL, visit


def test_signing_in_gives_the_portal_the_claims_of_both_sources(stub, visitor):
    reply = visitor.sign_in()

    assert (reply.status_code, reply.headers["Location"]) == (303, "/")
    claims = visitor.get("/me.json").get_json()
    assert claims["sub"] == "person-at-portal"
    assert claims["acr"] == "https://schema.test/acr/l2"
    assert claims["amr"] == ["pwd"]
    assert claims["name"] == "张三丰"
    assert claims["iss"] == stub.issuer


def test_where_both_sources_have_a_claim_the_signed_one_counts(stub, visitor):
    stub.id_token = {"name": "signed"}
    stub.user_info = {"name": "unsigned"}

    visitor.sign_in()

    assert visitor.get("/me.json").get_json()["name"] == "signed"


def test_nobody_is_signed_in_at_first(visitor):
    reply = visitor.get("/me.json")

    assert reply.status_code == 401
    assert reply.get_json() == {"error": "not_signed_in"}
    assert reply.headers["Cache-Control"] == "no-store"


def test_the_request_carries_pkce_state_nonce_and_the_registered_address(stub, visitor):
    visitor.sign_in()

    asked = stub.asked[0]
    assert asked["response_type"] == "code"
    assert asked["client_id"] == "portal"
    assert asked["redirect_uri"] == f"{URL}/callback"
    assert asked["scope"] == "openid profile cn_region cn_realname"
    assert asked["code_challenge_method"] == "S256"
    assert min(len(asked["state"]), len(asked["nonce"])) >= 20
    assert "prompt" not in asked


def test_the_housing_fund_asks_for_the_phone_but_not_for_the_region(stub):
    visit(stub, HOUSING_FUND).sign_in()

    assert stub.asked[0]["scope"] == "openid profile cn_realname phone"


@pytest.mark.parametrize("prompt", ["login", "none", "consent"])
def test_a_prompt_that_is_known_is_passed_on(stub, visitor, prompt):
    visitor.walk_to_provider(f"/login?prompt={prompt}")

    assert stub.asked[0]["prompt"] == prompt


@pytest.mark.parametrize(
    "query", ["prompt=create", "prompt=login%20none", "ui_locales=%22%3E", "scope=cn_id_number", "state=x"]
)
def test_nothing_else_is_passed_on(stub, visitor, query):
    visitor.walk_to_provider(f"/login?{query}")

    asked = stub.asked[0]
    assert "prompt" not in asked
    assert "ui_locales" not in asked
    assert asked["scope"] == "openid profile cn_region cn_realname"
    assert asked["state"] != "x"


def test_the_language_of_the_page_is_passed_on(stub, visitor):
    visitor.walk_to_provider("/login?ui_locales=zh-CN%20en")

    assert stub.asked[0]["ui_locales"] == "zh-CN en"


def test_two_tabs_may_sign_in_side_by_side(visitor):
    first, second = visitor.walk_to_provider(), visitor.walk_to_provider()

    assert visitor.get(second).status_code == 303
    assert visitor.get(first).status_code == 303


def test_many_sign_ins_under_way_do_not_overflow_the_cookie(visitor):
    callbacks = [visitor.walk_to_provider() for _ in range(20)]

    assert len(visitor.cookie("zj_flow")) < 3000
    assert visitor.get(callbacks[-1]).status_code == 303


def test_the_host_header_has_no_say_in_the_redirect_uri(stub, visitor):
    location = visitor.get("/login", headers={"Host": "evil.test"}).headers["Location"]

    assert parse_qs(urlsplit(location).query)["redirect_uri"] == [f"{URL}/callback"]
