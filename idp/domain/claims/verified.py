"""Verified claims: which verification fits what was asked for, and what of it is told.

The rules are those of OpenID Connect for Identity Assurance 1.0, sections 5.4 to 5.7: a restriction
that is not met leaves the whole element out, what is merely absent is left out alone, and nothing is
told of a verification but what was asked for and what the schema requires.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from idp.domain.claims.request import VerifiedWish, is_same
from idp.domain.ids import digest
from idp.domain.proofing import Verification

RESTRICTIONS = frozenset({"value", "values", "max_age"})
QUERY = RESTRICTIONS | {"essential", "purpose"}
# What an element must hold to be valid, when it is told at all.
REQUIRED: Mapping[str, frozenset[str]] = {
    "verification": frozenset({"trust_framework"}),
    "evidence": frozenset({"type", "signature_type", "issuer", "serial_number"}),
    "check_details": frozenset({"check_method"}),
    "record": frozenset({"type"}),
    "document_details": frozenset({"type"}),
    "attestation": frozenset({"type"}),
}
# What names an event and not a kind of it.
NAMES = frozenset({"verification_process", "check_id"})
LAST_SECOND = time(23, 59, 59, tzinfo=UTC)


class _NotMet(Exception):
    """A restriction is not met."""


def tell_verification(wish: VerifiedWish, verification: Verification, now: datetime) -> dict[str, Any] | None:
    """Return what was asked for of *verification*, or None when it does not fit."""
    try:
        told: dict[str, Any] = _members(wish.verification, describe(verification), "verification", now)
    except _NotMet:
        return None
    return told


def under_subject(told: Any, subject: str) -> Any:
    """Return what is told with each process and check named anew, as only *subject*'s sector knows it."""
    if isinstance(told, list):
        return [under_subject(each, subject) for each in told]
    if not isinstance(told, dict):
        return told
    return {
        name: digest(f"{subject} {value}")[:22] if name in NAMES else under_subject(value, subject)
        for name, value in told.items()
    }


def is_recent(value: Any, max_age: float, now: datetime) -> bool:
    """Say whether *value* is a date or moment at most *max_age* seconds before *now*."""
    moment = _moment(value) if isinstance(value, str) else None
    return moment is not None and now - moment <= timedelta(seconds=max_age)


def describe(verification: Verification) -> dict[str, Any]:
    """Return all of *verification* as the schema has it."""
    whole = asdict(verification)
    del whole["proved"]
    described: dict[str, Any] = _plain(whole)
    return described


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items() if each is not None}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value.isoformat() if isinstance(value, date) else str(value)


def _pick(template: Any, found: Any, element: str, now: datetime) -> Any:
    if template is None:
        return found
    if isinstance(found, dict):
        return _members(template, found, element, now)
    if isinstance(found, list):
        return _entries(template, found, element, now)
    if not isinstance(template, dict) or not _accepts(template, found, now):
        raise _NotMet
    return found


def _members(template: Any, found: dict[str, Any], element: str, now: datetime) -> dict[str, Any]:
    if not isinstance(template, dict) or RESTRICTIONS & template.keys():
        raise _NotMet
    told = {name: found[name] for name in REQUIRED.get(element, frozenset()) & found.keys()}
    for name, wanted in template.items():
        if name in found:
            told[name] = _pick(wanted, found[name], name, now)
        elif _restricts(wanted):
            raise _NotMet
    return {name: told[name] for name in found if name in told}


def _entries(template: Any, found: list[Any], element: str, now: datetime) -> list[Any]:
    # Several templates mean that any of them will do; what fits two is told as both ask.
    told = []
    for entry in found:
        fitting: dict[str, Any] = {}
        for each in template if isinstance(template, list) else [template]:
            try:
                fitting |= _members(each or {}, entry, element, now)
            except _NotMet:
                continue
        if fitting:
            told.append({name: fitting[name] for name in entry if name in fitting})
    if not told:
        raise _NotMet
    return told


def _accepts(template: dict[str, Any], found: str, now: datetime) -> bool:
    if "value" in template and not is_same(template["value"], found):
        return False
    if "values" in template and not any(is_same(each, found) for each in template["values"]):
        return False
    if "max_age" in template and not is_recent(found, template["max_age"], now):
        return False
    # What is looked for inside a plain value is not there.
    return not any(_restricts(each) for name, each in template.items() if name not in QUERY)


def _moment(text: str) -> datetime | None:
    try:
        # Section 5.5.2: a date lasts until its last second.
        return datetime.combine(date.fromisoformat(text), LAST_SECOND)
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _restricts(template: Any) -> bool:
    if isinstance(template, list):
        return any(map(_restricts, template))
    if not isinstance(template, dict):
        return False
    return bool(RESTRICTIONS & template.keys()) or any(map(_restricts, template.values()))
