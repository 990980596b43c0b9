"""Reading what comes from outside: settings, claims, tokens."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples.claims import Row, describe_assurance, describe_claims, describe_methods, describe_moment
from examples.jwt_parts import look_inside
from examples.settings import SettingsError, read_settings

ENVIRONMENT = {
    "RP_ISSUER": "http://localhost:8000",
    "RP_CLIENT_ID": "portal",
    "RP_CLIENT_SECRET": "secret",
    "RP_URL": "http://localhost:8001/",
    "RP_SECRET_KEY": "key",
}
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def test_addresses_follow_from_the_settings():
    settings = read_settings(ENVIRONMENT)

    assert settings.discovery_url == "http://localhost:8000/.well-known/openid-configuration"
    assert settings.redirect_uri == "http://localhost:8001/callback"
    assert settings.post_logout_redirect_uri == "http://localhost:8001/"
    assert settings.port == 8001
    assert settings.siblings == ()


def test_siblings_may_have_an_english_name():
    siblings = [
        {"name": "甲", "name_en": "A", "url": "http://a.test/"},
        {"name": "乙", "url": "http://b.test"},
    ]

    settings = read_settings(ENVIRONMENT | {"RP_SIBLINGS": json.dumps(siblings)})

    assert [(s.name.zh, s.name.en, s.url) for s in settings.siblings] == [
        ("甲", "A", "http://a.test"),
        ("乙", "乙", "http://b.test"),
    ]


def test_everything_that_is_missing_is_said_at_once():
    with pytest.raises(SettingsError, match=r"^Set RP_CLIENT_ID, RP_URL in the environment\.$"):
        read_settings(ENVIRONMENT | {"RP_CLIENT_ID": "", "RP_URL": ""})


@pytest.mark.parametrize("url", ["localhost:8001", "ftp://x", "http://", "http://x:99999", "http://x:0"])
def test_an_address_must_be_one(url):
    with pytest.raises(SettingsError, match=r"^RP_URL must be an address"):
        read_settings(ENVIRONMENT | {"RP_URL": url})


@pytest.mark.parametrize(
    "siblings", ["x", "1", "{}x", "[1]", '[{"name": "a"}]', '[{"name": "a", "url": "b"}]']
)
def test_siblings_must_be_a_list_of_names_and_addresses(siblings):
    with pytest.raises(SettingsError, match=r"^RP_SIBLINGS must be a JSON list"):
        read_settings(ENVIRONMENT | {"RP_SIBLINGS": siblings})


def test_claims_have_labels_and_unknown_ones_their_key():
    rows = describe_claims({"sub": "s", "nonce": "n", "age_over_18": True, "x": [1]}, "en")

    assert rows == [Row("age_over_18", "18 or older", "Yes"), Row("x", "x", "[1]")]


@given(ANY_JSON)
def test_no_claim_is_too_odd_to_show(value):
    keys = ["name", "cn_realname_level", "cn_home_region", "phone_number", "updated_at", "x"]

    assert len(describe_claims(dict.fromkeys(keys, value), "zh")) == len(keys)
    describe_assurance(value, "zh")
    describe_methods(value, "zh")
    describe_moment(value, "zh")


def test_moments_are_on_chinas_clock():
    assert describe_moment(1_795_327_500, "en") == "22 November 2026, 14:05"


@given(st.text() | st.from_regex(r"[\w-]*\.[\w-]*\.[\w-]*", fullmatch=True))
def test_looking_inside_anything_does_not_fail(token):
    look_inside(token)


def test_an_encrypted_token_is_not_looked_into():
    assert look_inside("eyJ9.a.b.c.d") is None
