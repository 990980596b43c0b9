"""Which verification fits what is asked for, and what of it is told."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from idp.domain.accounts import Person
from idp.domain.assurance import Level
from idp.domain.claims.answer import fulfil
from idp.domain.claims.request import VerifiedWish, Wish, Wishes
from idp.domain.claims.verified import describe
from idp.domain.documents import Document, DocumentType
from idp.domain.proofing import (
    AssuranceProcess,
    Attestation,
    Check,
    CheckMethod,
    DocumentDetails,
    ElectronicRecord,
    ElectronicSignature,
    Fact,
    Record,
    RecordType,
    ShownDocument,
    Source,
    Verification,
    Vouch,
    Voucher,
)
from idp.tables import load_catalogue
from tests.support.identity_assurance import check_verified_claims

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
PROVED = datetime(2026, 11, 20, 2, 11, tzinfo=UTC)
CATALOGUE = load_catalogue()


def check(method, number, organization="cn-population-db(mock)"):
    return Check(check_method=method, organization=organization, check_id=f"chk-{number}", time=PROVED)


REGISTER = ElectronicRecord(
    check_details=(check(CheckMethod.DATA, 1),),
    record=Record(type=RecordType.POPULATION_REGISTER, source=Source(name="公安人口库(模拟)")),
)
FACE = ElectronicRecord(
    check_details=(check(CheckMethod.BIOMETRIC_REMOTE, 2, "cn-face-authority(mock)"),),
    record=Record(type=RecordType.FACIAL_REFERENCE, source=Source(name="权威人像库(模拟)")),
)
CARD = ShownDocument(
    check_details=(check(CheckMethod.DOCUMENT_IN_PERSON, 3), check(CheckMethod.PERSON_IN_PERSON, 4)),
    document_details=DocumentDetails(
        type="resident_id",
        issuer=Source(name="证件签发机关(模拟)"),
        date_of_issuance=date(2020, 1, 1),
        date_of_expiry=date(2026, 11, 21),
    ),
)
VOUCH = Vouch(
    check_details=(check(CheckMethod.AUTHENTICATION, 5),),
    attestation=Attestation(type="digital_attestation", voucher=Voucher(organization="wallet(mock)")),
)
SIGNATURE = ElectronicSignature(
    check_details=(check(CheckMethod.CRYPTOGRAPHY, 6),),
    signature_type="x",
    issuer="ca(mock)",
    serial_number="1",
    created_at=PROVED,
)
FACE_CHECK = Verification(
    assurance_level=Level.L3,
    assurance_process=AssuranceProcess(
        policy="https://tongxing.example/ns/policy/realname", procedure="l3-face"
    ),
    time=PROVED,
    verification_process="vp-8f21",
    evidence=(REGISTER, FACE),
    proved=frozenset(Fact),
)
COUNTER = replace(
    FACE_CHECK,
    assurance_level=Level.L4,
    time=PROVED - timedelta(days=400),
    verification_process="vp-0001",
    evidence=(REGISTER, CARD),
)
PERSON = Person(
    id="p1",
    name="张三丰",
    level=Level.L3,
    document=Document(DocumentType.RESIDENT_ID, "330000199001010014"),
    phone="+8610000000001",
    username="zhangsanfeng",
    region="330000",
    created_at=NOW,
    updated_at=NOW,
    proofs=(FACE_CHECK,),
)
SCOPES = {
    "name": "cn_realname",
    "birthdate": "cn_realname",
    "gender": "cn_realname",
    "cn_realname_level": "cn_realname",
    "cn_id_number_masked": "cn_id_number",
    "cn_id_number": "cn_id_number",
    "age_over_18": "cn_age",
}


def wish(name, **more):
    return Wish(name=name, consent=f"{SCOPES[name]}/{name}", **more)


def answer(verification, *claims, person=PERSON, now=NOW):
    asked = VerifiedWish(verification=verification, claims=tuple(wish(each) for each in claims or ["name"]))
    told = fulfil(person, Wishes(verified=(asked,)), CATALOGUE, subject="subject-1", now=now).get(
        "verified_claims"
    )
    if told is not None:
        check_verified_claims(told)
    return told


def test_only_the_trust_framework_is_told_unasked():
    assert answer({}) == {
        "verification": {"trust_framework": "cn_gov_realname"},
        "claims": {"name": "张三丰"},
    }


def test_everything_can_be_told():
    everything = dict.fromkeys(
        [
            *("trust_framework", "assurance_level", "assurance_process"),
            *("time", "verification_process", "evidence"),
        ]
    )

    assert answer(everything, "name", "birthdate", "cn_id_number") == {
        "verification": {
            "trust_framework": "cn_gov_realname",
            "assurance_level": "l3",
            "assurance_process": {
                "policy": "https://tongxing.example/ns/policy/realname",
                "procedure": "l3-face",
            },
            "time": "2026-11-20T02:11:00Z",
            "verification_process": "FB1e4CtulbeFFKnvTwQ4nb",
            "evidence": [
                {
                    "type": "electronic_record",
                    "check_details": [
                        {
                            "check_method": "data",
                            "organization": "cn-population-db(mock)",
                            "check_id": "J58pGN8P-agTDxY7Wk1JVh",
                            "time": "2026-11-20T02:11:00Z",
                        }
                    ],
                    "record": {
                        "type": "population_register",
                        "source": {"name": "公安人口库(模拟)", "country_code": "CHN"},
                    },
                },
                {
                    "type": "electronic_record",
                    "check_details": [
                        {
                            "check_method": "bvr",
                            "organization": "cn-face-authority(mock)",
                            "check_id": "tY08i1LWsx6KJPzBfqAl2U",
                            "time": "2026-11-20T02:11:00Z",
                        }
                    ],
                    "record": {
                        "type": "facial_reference",
                        "source": {"name": "权威人像库(模拟)", "country_code": "CHN"},
                    },
                },
            ],
        },
        "claims": {"name": "张三丰", "birthdate": "1990-01-01", "cn_id_number": "330000199001010014"},
    }


RECORD = {"type": {"value": "electronic_record"}}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"trust_framework": None}, {}),
        ({"trust_framework": {"value": "cn_gov_realname"}}, {}),
        ({"trust_framework": {"values": ["gold", "cn_gov_realname"]}}, {}),
        ({"assurance_level": {"essential": True}}, {"assurance_level": "l3"}),
        ({"assurance_level": {"values": ["l3", "l4"]}}, {"assurance_level": "l3"}),
        ({"time": {"max_age": 186_540}}, {"time": "2026-11-20T02:11:00Z"}),
        ({"assurance_process": {"procedure": None}}, {"assurance_process": {"procedure": "l3-face"}}),
        ({"no_such_member": None, "another": {"x": None}}, {}),
        ({"evidence": [RECORD]}, {"evidence": [{"type": "electronic_record"}] * 2}),
        (
            {"evidence": [RECORD | {"record": {"type": {"value": "facial_reference"}}}]},
            {"evidence": [{"type": "electronic_record", "record": {"type": "facial_reference"}}]},
        ),
        (
            {"evidence": [RECORD | {"record": {"source": {"name": None}}}]},
            {
                "evidence": [
                    {
                        "type": "electronic_record",
                        "record": {
                            "type": "population_register",
                            "source": {"name": "公安人口库(模拟)"},
                        },
                    },
                    {
                        "type": "electronic_record",
                        "record": {"type": "facial_reference", "source": {"name": "权威人像库(模拟)"}},
                    },
                ]
            },
        ),
        (
            {"evidence": [RECORD | {"check_details": [{"check_method": {"value": "bvr"}}]}]},
            {"evidence": [{"type": "electronic_record", "check_details": [{"check_method": "bvr"}]}]},
        ),
        (
            {
                "evidence": [
                    RECORD
                    | {
                        "check_details": [
                            {"check_method": {"value": "kbv"}},
                            {"check_method": {"value": "data"}, "organization": None},
                        ]
                    }
                ]
            },
            {
                "evidence": [
                    {
                        "type": "electronic_record",
                        "check_details": [{"check_method": "data", "organization": "cn-population-db(mock)"}],
                    }
                ]
            },
        ),
        # Any of several filters will do.
        (
            {"evidence": [{"type": {"value": "document"}}, RECORD]},
            {"evidence": [{"type": "electronic_record"}] * 2},
        ),
    ],
)
def test_what_is_asked_for_is_told_and_no_more(asked, expected):
    assert answer(asked)["verification"] == {"trust_framework": "cn_gov_realname"} | expected


@pytest.mark.parametrize(
    "asked",
    [
        {"trust_framework": {"value": "de_aml"}},
        {"trust_framework": {"value": None}},
        {"trust_framework": {"values": ["gold", "silver"]}},
        {"trust_framework": {"value": "cn_gov_realname", "values": ["gold"]}},
        {"assurance_level": {"value": "l4"}},
        {"assurance_level": {"value": "l4", "essential": True}},
        {"time": {"max_age": 186_539}},
        {"time": {"max_age": 0}},
        {"verification_process": {"max_age": 10**10}},
        {"assurance_process": {"procedure": {"value": "l2-data"}}},
        {"assurance_process": {"value": "l3-face"}},
        {"assurance_level": {"deeper": {"value": "l3"}}},
        {"no_such_member": {"value": "x"}},
        {"no_such_member": {"deeper": [{"still": {"values": ["x"]}}]}},
        {"evidence": [{"type": {"value": "document"}}]},
        {"evidence": [{"type": {"value": "vouch"}}, {"type": {"value": "electronic_signature"}}]},
        {"evidence": [RECORD | {"record": {"type": {"value": "bank_account"}}}]},
        {"evidence": [RECORD | {"method": {"value": "pipp"}}]},
        {"evidence": [RECORD | {"check_details": [{"check_method": {"value": "kbv"}}]}]},
        {"evidence": [RECORD | {"check_details": [{"time": {"max_age": 1}}]}]},
    ],
)
def test_a_restriction_that_is_not_met_leaves_everything_out(asked):
    assert answer(asked) is None


def test_a_claim_that_is_not_as_asked_for_is_left_out_alone():
    asked = VerifiedWish(
        verification={},
        claims=(wish("name"), wish("gender", values=("female",)), wish("age_over_18", values=(True,))),
    )

    told = fulfil(PERSON, Wishes(verified=(asked,)), CATALOGUE, subject="subject-1", now=NOW)

    assert told["verified_claims"]["claims"] == {"name": "张三丰", "age_over_18": True}


@pytest.mark.parametrize(
    ("claim", "max_age", "is_told"),
    # From the last second of 1 January 1990.
    [("birthdate", 1_164_088_801, True), ("birthdate", 1_164_088_800, False), ("gender", 10**10, False)],
)
def test_a_claim_that_is_too_old_or_has_no_age_is_left_out(claim, max_age, is_told):
    asked = VerifiedWish(verification={}, claims=(wish(claim, max_age=max_age),))

    assert bool(fulfil(PERSON, Wishes(verified=(asked,)), CATALOGUE, subject="subject-1", now=NOW)) is is_told


def test_nothing_is_told_without_a_claim():
    asked = VerifiedWish(verification={}, claims=(wish("gender", values=("female",)),))

    assert fulfil(PERSON, Wishes(verified=(asked,)), CATALOGUE, subject="subject-1", now=NOW) == {}


def test_minimised_forms_are_as_verified_as_the_whole():
    assert answer({}, "age_over_18", "cn_id_number_masked")["claims"] == {
        "age_over_18": True,
        "cn_id_number_masked": "330000********0014",
    }


def test_whoever_was_never_proved_has_nothing_verified():
    assert answer({}, person=replace(PERSON, level=Level.L1, proofs=())) is None


def test_a_verification_vouches_only_for_what_it_proved():
    name_only = replace(PERSON, proofs=(replace(FACE_CHECK, proved=frozenset({Fact.NAME})),))

    assert answer({}, "name", "birthdate", "cn_realname_level", person=name_only)["claims"] == {
        "name": "张三丰"
    }
    assert answer({}, "cn_id_number", person=name_only) is None


def test_a_level_is_verified_by_the_event_that_reached_it():
    twice = replace(PERSON, level=Level.L4, proofs=(FACE_CHECK, COUNTER))

    newest = answer({"assurance_level": None}, "cn_realname_level", person=twice)

    assert newest["claims"] == {"cn_realname_level": "l4"}
    assert newest["verification"]["assurance_level"] == "l4"


def test_the_newest_verification_that_fits_is_told():
    twice = replace(PERSON, level=Level.L4, proofs=(COUNTER, FACE_CHECK))
    which = {"verification_process": None}

    assert answer(which, person=twice)["verification"]["verification_process"] == "FB1e4CtulbeFFKnvTwQ4nb"
    older = answer(which | {"assurance_level": {"value": "l4"}}, person=twice)
    assert older["verification"]["verification_process"] == "NTmyNK6hMetXFuhvunaP50"


def test_a_list_is_answered_by_a_list_of_what_fits():
    def asked(framework):
        return VerifiedWish(verification={"trust_framework": {"value": framework}}, claims=(wish("name"),))

    wishes = Wishes(verified=(asked("gold"), asked("cn_gov_realname")), listed=True)

    told = fulfil(PERSON, wishes, CATALOGUE, subject="subject-1", now=NOW)["verified_claims"]

    check_verified_claims(told)
    assert told == [{"verification": {"trust_framework": "cn_gov_realname"}, "claims": {"name": "张三丰"}}]


def test_a_date_lasts_until_its_last_second():
    at_counter = replace(PERSON, level=Level.L4, proofs=(COUNTER,))

    def asked(max_age):
        expiry = {"date_of_expiry": {"max_age": max_age}}
        return {"evidence": [{"type": {"value": "document"}, "document_details": expiry}]}

    # The card expired on 21 November; it is six in the morning of the 22nd.
    assert answer(asked(21_601), person=at_counter)
    assert answer(asked(21_600), person=at_counter) is None


@pytest.mark.parametrize("evidence", [REGISTER, CARD, VOUCH, SIGNATURE], ids=lambda each: each.type)
def test_every_kind_of_evidence_has_the_form_of_the_schema(evidence):
    person = replace(PERSON, proofs=(replace(FACE_CHECK, evidence=(evidence,)),))

    whole = answer({"evidence": None}, person=person)
    least = answer({"evidence": [{"type": {"value": evidence.type}}]}, person=person)

    assert whole["verification"]["evidence"][0].keys() > least["verification"]["evidence"][0].keys()


def test_moments_are_told_in_utc():
    from_china = datetime.fromisoformat("2026-11-20T10:11:00+08:00")

    assert describe(replace(FACE_CHECK, time=from_china))["time"] == "2026-11-20T02:11:00Z"


def test_nothing_of_the_person_stands_in_the_evidence():
    told = str(describe(replace(FACE_CHECK, evidence=(REGISTER, FACE, CARD, VOUCH, SIGNATURE))))

    assert not any(word in told for word in ("张三丰", "330000199001010014", "1990-01-01"))


def test_two_sectors_cannot_tell_that_they_speak_of_one_verification():
    wishes = Wishes(
        verified=(
            VerifiedWish(
                verification={"trust_framework": None, "verification_process": None, "evidence": None},
                claims=(wish("name"),),
            ),
        )
    )

    one, two = (
        str(fulfil(PERSON, wishes, CATALOGUE, subject=subject, now=NOW)) for subject in ("one", "two")
    )

    assert one != two
    for raw in ("vp-8f21", "chk-1", "chk-2"):
        assert raw not in one + two
