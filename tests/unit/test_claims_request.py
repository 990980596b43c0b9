"""Single claims: what was agreed to of them, and under which name."""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.claims.request import ClaimsRequest, VerifiedWish, Wish, Wishes, is_same
from idp.domain.clients import AuthMethod, Client
from idp.domain.errors import Refusal
from idp.protocol.authorize.claims import check_claims
from idp.protocol.authorize.claims_json import read_claims_json
from idp.tables import load_catalogue

CATALOGUE = load_catalogue()
CLIENT = Client(
    client_id="c",
    name="c",
    sector="host:c",
    redirect_uris=("https://rp.test/cb",),
    auth_method=AuthMethod.BASIC,
    secret_digest=None,
    grant_types=frozenset(),
    scopes=frozenset({"openid", "profile", "cn_realname", "cn_id_number"}),
    created_at=datetime(2026, 11, 22, tzinfo=UTC),
)


def read(claims, scopes=("openid",), client=CLIENT):
    return check_claims({"claims": json.dumps(claims)}, client, scopes, CATALOGUE)


def test_without_the_parameter_nothing_is_asked_for():
    asked = check_claims({}, CLIENT, ("openid",), CATALOGUE)

    assert asked.claims == ClaimsRequest()
    assert not asked.claims.userinfo


@pytest.mark.parametrize(
    ("claim", "scopes", "consent"),
    [
        ("name", ("openid",), "cn_realname/name"),
        ("name", ("openid", "profile"), "cn_realname/name"),
        ("name", ("openid", "cn_realname"), "cn_realname"),
        ("birthdate", ("openid", "cn_realname"), "cn_realname/birthdate"),
        ("cn_id_number_masked", ("openid",), "cn_id_number/cn_id_number_masked"),
    ],
)
def test_a_claim_is_consented_to_alone_unless_its_scope_is_asked_for_and_gives_it(claim, scopes, consent):
    asked = read({"userinfo": {claim: None}}, scopes)

    assert [wish.consent for wish in asked.claims.all] == [consent]


def test_a_client_without_the_better_scope_asks_for_the_masked_name():
    modest = replace(CLIENT, scopes=frozenset({"openid", "profile"}))

    asked = read({"userinfo": {"name": None, "phone_number": None}}, client=modest)

    assert [(wish.name, wish.consent) for wish in asked.claims.all] == [("name", "profile/name")]


def test_essential_value_values_and_purpose_are_read():
    details = {"essential": True, "value": "male", "values": ["female"], "purpose": "To greet you."}

    asked = read({"id_token": {"gender": details | {"unknown": [1]}}})

    assert asked.claims.id_token.plain == (
        Wish(name="gender", consent="cn_realname/gender", values=("male",), purpose="To greet you."),
    )


def test_what_is_asked_of_the_token_itself_is_no_claim_of_the_person():
    asked = read(
        {
            "userinfo": {"sub": {"value": "me"}, "acr": None},
            "id_token": {
                "acr": {"essential": True, "values": ["a", "b"]},
                "auth_time": {"essential": True},
            },
        }
    )

    assert asked.claims == ClaimsRequest()
    assert (asked.subjects, asked.acr, asked.acr_is_essential) == (frozenset({"me"}), ("a", "b"), True)


def test_what_was_not_agreed_to_is_dropped():
    name, number = Wish(name="name", consent="cn_realname"), Wish(name="n", consent="cn_id_number/n")
    asked = ClaimsRequest(
        userinfo=Wishes(plain=(name, number)),
        id_token=Wishes(verified=(VerifiedWish(verification={}, claims=(number,)),), listed=True),
    )

    agreed = asked.within(frozenset({"openid", "cn_realname"}))

    assert agreed == ClaimsRequest(userinfo=Wishes(plain=(name,)), id_token=Wishes(listed=True))
    assert not agreed.id_token


def test_a_narrower_token_keeps_single_claims_and_loses_those_of_its_scopes():
    by_scope, single = Wish(name="name", consent="cn_realname"), Wish(name="b", consent="cn_realname/b")
    wishes = Wishes(plain=(by_scope, single))

    assert wishes.without(frozenset({"cn_realname"})).plain == ()
    assert wishes.without(frozenset({"phone"})) == wishes


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a", "a", True),
        (1, 1.0, True),
        (1, True, False),
        (0, False, False),
        (True, True, True),
        ("1", 1, False),
    ],
)
def test_values_are_compared_as_json(one, other, same):
    assert is_same(one, other) is same


@given(st.text(max_size=300))
def test_any_text_is_an_object_or_refused(text):
    with suppress(Refusal):
        assert isinstance(read_claims_json(text), dict)
