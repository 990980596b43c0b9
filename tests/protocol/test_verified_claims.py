"""Verified claims through HTTP: in UserInfo and the ID token, with consent, by the specification's schema."""

import json
import re

import pytest

from idp.domain.assurance import Level
from tests.support.identity_assurance import check_verified_claims
from tests.support.relying_party import (
    Visit,
    answer,
    authorize,
    claims_of,
    decide,
    get,
    redeem,
    sign_in,
    tokens,
    userinfo,
)

WHOLE = {
    "trust_framework": None,
    "assurance_level": None,
    "assurance_process": {"policy": None, "procedure": None},
    "time": {"max_age": 63_113_852},
    "verification_process": None,
    "evidence": [
        {
            "type": {"value": "electronic_record"},
            "check_details": [{"check_method": None, "organization": None, "time": None}],
            "record": {"type": None, "source": {"name": None}},
        },
        {
            "type": {"value": "document"},
            "check_details": [{"check_method": None}],
            "document_details": {"type": None, "issuer": {"name": None}, "document_number": None},
        },
    ],
}


def verified(verification, *names, place="userinfo"):
    claims = dict.fromkeys(names or ["name"])
    return json.dumps({place: {"verified_claims": {"verification": verification, "claims": claims}}})


def told(browser, visit, claims, scope="openid"):
    answered = tokens(browser, visit, scope=scope, claims=claims)
    return userinfo(browser, answered["access_token"]).json, claims_of(answered["id_token"])


def test_discovery_says_what_is_verified_and_how(browser):
    metadata = get(browser, "/.well-known/openid-configuration").json

    assert metadata["verified_claims_supported"] is True
    assert metadata["trust_frameworks_supported"] == ["cn_gov_realname"]
    assert metadata["evidence_supported"] == [
        "document",
        "electronic_record",
        "electronic_signature",
        "vouch",
    ]
    assert metadata["electronic_records_supported"] == ["population_register", "facial_reference"]
    assert "resident_id" in metadata["documents_supported"]
    assert metadata["documents_check_methods_supported"] == ["vpip", "pvp", "bvp"]
    assert metadata["claims_in_verified_claims_supported"] == [
        "name",
        "cn_realname_level",
        "birthdate",
        "gender",
        "age_over_14",
        "age_over_16",
        "age_over_18",
        "age_over_60",
        "cn_id_type",
        "cn_id_number",
        "cn_id_number_masked",
    ]


@pytest.mark.parametrize("place", ["userinfo", "id_token"])
def test_verified_claims_come_where_they_are_asked_for(browser, visit, place):
    both = dict(
        zip(
            ("userinfo", "id_token"),
            told(browser, visit, verified(WHOLE, "name", "birthdate", place=place)),
            strict=True,
        )
    )

    found = both.pop(place)["verified_claims"]
    check_verified_claims(found)
    assert "verified_claims" not in both.popitem()[1]
    assert found["claims"] == {"name": "张三丰", "birthdate": "1990-01-01"}
    verification = found["verification"]
    assert len(verification.pop("verification_process")) == 22
    assert verification == {
        "trust_framework": "cn_gov_realname",
        "assurance_level": "l4",
        "assurance_process": {
            "policy": "https://tongxing.example/ns/policy/realname",
            "procedure": "l4-counter",
        },
        "time": "2026-11-22T05:00:02Z",
        "evidence": [
            {
                "type": "electronic_record",
                "check_details": [
                    {
                        "check_method": "data",
                        "organization": "cn-population-db(mock)",
                        "time": "2026-11-22T04:59:43Z",
                    }
                ],
                "record": {"type": "population_register", "source": {"name": "公安人口库(模拟)"}},
            },
            {
                "type": "document",
                "check_details": [{"check_method": "vpip"}, {"check_method": "pvp"}],
                "document_details": {
                    "type": "resident_id",
                    "issuer": {"name": "证件签发机关(模拟)"},
                },
            },
        ],
    }


@pytest.mark.parametrize(
    ("level", "methods"), [(Level.L2, ["data"]), (Level.L3, ["data", "bvr"]), (Level.L1, None)]
)
def test_evidence_fits_the_level(provider, client, level, methods):
    provider.enter("guli", document_number="650000199506220046", phone=None, level=level)
    browser, visit = provider.browser(), Visit(client)
    records = [{"type": {"value": "electronic_record"}, "check_details": [{"check_method": None}]}]
    claims = verified({"evidence": records})
    page = authorize(browser, visit, scope="openid", claims=claims).headers["Location"]
    sign_in(browser, page, "guli")

    answered = redeem(browser, visit, answer(decide(browser, page))["code"]).json

    found = userinfo(browser, answered["access_token"]).json.get("verified_claims")
    if methods is None:
        assert found is None
    else:
        evidence = found["verification"]["evidence"]
        assert [each["check_details"][0]["check_method"] for each in evidence] == methods


@pytest.mark.parametrize(
    "verification",
    [
        {"trust_framework": {"value": "de_aml"}},
        {"time": {"max_age": 60}},
        {"evidence": [{"type": {"value": "vouch"}}]},
    ],
)
def test_what_does_not_fit_is_left_out_without_an_error(browser, visit, verification):
    at_userinfo, _ = told(browser, visit, verified(verification))

    assert at_userinfo.keys() == {"sub"}


def test_several_requests_are_answered_one_by_one(browser, visit):
    def asked(framework, name):
        return {"verification": {"trust_framework": {"value": framework}}, "claims": {name: None}}

    requests = [asked("gold", "name"), asked("cn_gov_realname", "gender"), asked("cn_gov_realname", "name")]

    at_userinfo, _ = told(browser, visit, json.dumps({"userinfo": {"verified_claims": requests}}))

    check_verified_claims(at_userinfo["verified_claims"])
    assert [each["claims"] for each in at_userinfo["verified_claims"]] == [
        {"gender": "male"},
        {"name": "张三丰"},
    ]


def test_a_client_gets_verified_only_what_it_registered_for(provider, browser):
    visit = Visit(provider.register(scope="openid profile cn_age"))

    at_userinfo, _ = told(browser, visit, verified({}, "name", "cn_id_number", "age_over_18", "birthdate"))

    assert at_userinfo["verified_claims"]["claims"] == {"age_over_18": True}


def test_a_masked_name_is_never_called_verified(provider, browser):
    visit = Visit(provider.register(scope="openid profile"))

    assert told(browser, visit, verified({}))[0].keys() == {"sub"}


def test_an_unticked_number_is_not_told_as_verified_either(browser, visit):
    claims = verified({}, "name", "cn_id_number")
    page = authorize(browser, visit, scope="openid", claims=claims, ui_locales="en").headers["Location"]
    sign_in(browser, page)
    shown = get(browser, page).text

    answered = redeem(browser, visit, answer(decide(browser, page))["code"]).json

    assert "when and how this was verified: Full name." in shown
    assert "when and how this was verified: Document number." in shown
    found = userinfo(browser, answered["access_token"]).json["verified_claims"]
    assert found["claims"] == {"name": "张三丰"}


def test_a_ticked_number_is(browser, visit):
    page = authorize(browser, visit, scope="openid", claims=verified({}, "cn_id_number")).headers["Location"]
    sign_in(browser, page)

    allowed = answer(decide(browser, page, sensitive=("cn_id_number/cn_id_number",)))
    answered = redeem(browser, visit, allowed["code"]).json

    found = userinfo(browser, answered["access_token"]).json["verified_claims"]
    assert found["claims"] == {"cn_id_number": "330000199001010014"}


def test_a_tick_at_the_masked_number_gives_no_whole_one_verified_either(browser, visit):
    claims = json.loads(verified({}, "cn_id_number"))
    claims["userinfo"]["cn_id_number_masked"] = None
    page = authorize(browser, visit, scope="openid", claims=json.dumps(claims)).headers["Location"]
    sign_in(browser, page)

    allowed = answer(decide(browser, page, sensitive=("cn_id_number/cn_id_number_masked",)))
    answered = redeem(browser, visit, allowed["code"]).json

    found = userinfo(browser, answered["access_token"]).json
    assert found.keys() == {"sub", "cn_id_number_masked"}
    assert found["cn_id_number_masked"] == "330000********0014"


def test_the_page_says_which_claims_are_told_as_verified(browser, visit):
    claims = verified({}, "name", "birthdate")
    page = authorize(browser, visit, scope="openid", claims=claims).headers["Location"]
    sign_in(browser, page)

    assert (
        "对方还将得到以下信息的核验时间和方式：完整姓名和出生日期。" in get(browser, f"{page}?lang=zh").text
    )


REFUSED = [
    1,
    "x",
    [],
    [None],
    [{}] * 11,
    {},
    {"verification": {}},
    {"verification": {}, "claims": {}},
    {"verification": {}, "claims": None},
    {"verification": {}, "claims": ["name"]},
    {"verification": {}, "claims": {"name": 1}},
    {"verification": None, "claims": {"name": None}},
    {"claims": {"name": None}},
    {"verification": {"trust_framework": "cn_gov_realname"}, "claims": {"name": None}},
    {"verification": {"trust_framework": {"values": "gold"}}, "claims": {"name": None}},
    {"verification": {"time": {"max_age": -1}}, "claims": {"name": None}},
    {"verification": {"time": {"max_age": "60"}}, "claims": {"name": None}},
    {"verification": {"time": {"max_age": True}}, "claims": {"name": None}},
    {"verification": {"time": {"max_age": 1e300}}, "claims": {"name": None}},
    {"verification": {"evidence": {}}, "claims": {"name": None}},
    {"verification": {"evidence": []}, "claims": {"name": None}},
    {"verification": {"evidence": [None]}, "claims": {"name": None}},
    {"verification": {"evidence": [{}]}, "claims": {"name": None}},
    {"verification": {"evidence": [{"type": None}]}, "claims": {"name": None}},
    {"verification": {"evidence": [{"type": {"values": ["document"]}}]}, "claims": {"name": None}},
    {"verification": {"evidence": [{"type": {"value": 1}}]}, "claims": {"name": None}},
    {"verification": {}, "claims": {"name": {"purpose": "x"}}},
]


@pytest.mark.parametrize("asked", REFUSED, ids=json.dumps)
def test_what_the_specification_does_not_allow_is_refused(browser, visit, asked):
    claims = json.dumps({"userinfo": {"verified_claims": asked}})

    assert answer(authorize(browser, visit, claims=claims))["error"] == "invalid_request"


def test_verified_claims_come_back_from_storage(any_provider):
    visit = Visit(any_provider.register())

    at_userinfo, _ = told(any_provider.browser(), visit, verified(WHOLE))

    check_verified_claims(at_userinfo["verified_claims"])


def test_a_yes_to_a_scope_is_no_yes_to_the_evidence_behind_it(browser, visit):
    tokens(browser, visit, scope="openid cn_realname")
    asked = verified({"trust_framework": None, "evidence": None}, "name")

    again = authorize(browser, visit, scope="openid cn_realname", claims=asked, prompt="none")

    assert answer(again)["error"] == "consent_required"
    page = authorize(browser, visit, scope="openid cn_realname", claims=asked).headers["Location"]
    assert "对方还将得到以下信息的核验时间和方式：完整姓名" in get(browser, page).text


def test_two_sectors_are_not_told_the_same_names_of_checks(provider, browser):
    asked = verified({"trust_framework": None, "verification_process": None, "evidence": None}, "name")
    one, two = (
        str(told(browser, Visit(provider.register(sector=sector)), asked)[0]["verified_claims"])
        for sector in ("one", "two")
    )
    names = re.compile(r"'(?:verification_process|check_id)': '([^']+)'")

    assert len(names.findall(one)) > 1
    assert set(names.findall(one)).isdisjoint(names.findall(two))
