"""What the schema of verified claims asks of an answer (OpenID Identity Assurance Schema Definition 1.0)."""

import re
from collections.abc import Callable
from typing import Any

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
Check = Callable[[Any, str], None]


def check_verified_claims(answered: Any) -> None:
    """Fail unless *answered* is what ``verified_claims`` may be: one object, or a list that is not empty."""
    if isinstance(answered, list):
        _list(_one)(answered, "verified_claims")
    else:
        _one(answered, "verified_claims")


def _text(value: Any, at: str) -> None:
    assert isinstance(value, str), at
    assert value, at


def _moment(value: Any, at: str) -> None:
    assert MOMENT.fullmatch(value), at


def _day(value: Any, at: str) -> None:
    assert DAY.fullmatch(value), at


def _list(check: Check) -> Check:
    def every(value: Any, at: str) -> None:
        assert isinstance(value, list), at
        assert value, at
        for number, each in enumerate(value):
            check(each, f"{at}[{number}]")

    return every


def _object(required: dict[str, Check], optional: dict[str, Check]) -> Check:
    def members(value: Any, at: str) -> None:
        assert isinstance(value, dict), at
        assert required.keys() <= value.keys(), f"{at}: {sorted(value)}"
        assert value.keys() <= required.keys() | optional.keys(), f"{at}: {sorted(value)}"
        for name, each in value.items():
            (required | optional)[name](each, f"{at}.{name}")

    return members


def _evidence(value: Any, at: str) -> None:
    kinds[value["type"]](value, at)


def _claims(value: Any, at: str) -> None:
    assert isinstance(value, dict), at
    assert value, at
    assert None not in value.values(), at


checks = _list(_object({"check_method": _text}, {"organization": _text, "check_id": _text, "time": _moment}))
source = _object({}, {"name": _text, "country_code": _text})
kinds = {
    "document": _object(
        {"type": _text},
        {
            "check_details": checks,
            "document_details": _object(
                {"type": _text},
                {
                    "document_number": _text,
                    "serial_number": _text,
                    "date_of_issuance": _day,
                    "date_of_expiry": _day,
                    "issuer": source,
                },
            ),
        },
    ),
    "electronic_record": _object(
        {"type": _text},
        {
            "check_details": checks,
            "record": _object(
                {"type": _text}, {"created_at": _moment, "date_of_expiry": _day, "source": source}
            ),
        },
    ),
    "vouch": _object(
        {"type": _text},
        {
            "check_details": checks,
            "attestation": _object(
                {"type": _text},
                {
                    "reference_number": _text,
                    "date_of_issuance": _day,
                    "date_of_expiry": _day,
                    "voucher": _object({}, {"name": _text, "organization": _text, "occupation": _text}),
                },
            ),
        },
    ),
    "electronic_signature": _object(
        {"type": _text, "signature_type": _text, "issuer": _text, "serial_number": _text},
        {"check_details": checks, "created_at": _moment},
    ),
}
verification = _object(
    {"trust_framework": _text},
    {
        "assurance_level": _text,
        "assurance_process": _object({}, {"policy": _text, "procedure": _text}),
        "time": _moment,
        "verification_process": _text,
        "evidence": _list(_evidence),
    },
)
_one = _object({"verification": verification, "claims": _claims}, {})
