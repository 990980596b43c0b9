"""The answer to claims that were asked for one by one."""

from datetime import datetime
from typing import Any

from idp.domain.accounts import Person
from idp.domain.claims.catalogue import PROVED_BY, SOURCES, Catalogue
from idp.domain.claims.request import VerifiedWish, Wish, Wishes
from idp.domain.claims.verified import is_recent, tell_verification, under_subject
from idp.domain.clock import civil_date
from idp.domain.proofing import Fact, Verification


def fulfil(
    person: Person, wishes: Wishes, catalogue: Catalogue, *, subject: str, now: datetime
) -> dict[str, Any]:
    """Return what of *wishes* can be told; what is lacking, or is not as asked for, is left out.

    *subject* is how the person is called there: processes and checks are named under it, since their
    own names would tell two relying parties that they speak of the same person.
    """
    claims = {
        wish.name: value
        for wish in wishes.plain
        if (value := _value(person, wish, catalogue, now)) is not None
    }
    verified = [told for wish in wishes.verified if (told := _verified(person, wish, catalogue, now))]
    verified = [under_subject(each, subject) for each in verified]
    if verified:
        claims["verified_claims"] = verified if wishes.listed else verified[0]
    return claims


def _value(person: Person, wish: Wish, catalogue: Catalogue, now: datetime) -> Any:
    source = _source(wish, catalogue)
    value = SOURCES[source](person, civil_date(now)) if source else None
    if value is None or not wish.accepts(value):
        return None
    return value if wish.max_age is None or is_recent(value, wish.max_age, now) else None


def _verified(
    person: Person, wish: VerifiedWish, catalogue: Catalogue, now: datetime
) -> dict[str, Any] | None:
    # The newest verification that fits and has proved any of the claims.
    for verification in sorted(person.proofs, key=lambda each: each.time, reverse=True):
        told = tell_verification(wish, verification, now)
        claims = {
            each.name: value
            for each in wish.claims
            if _proves(verification, person, _source(each, catalogue))
            and (value := _value(person, each, catalogue, now)) is not None
        }
        if told and claims:
            return {"verification": told, "claims": claims}
    return None


def _proves(verification: Verification, person: Person, source: str | None) -> bool:
    fact = PROVED_BY.get(source) if source else None
    # A level is proved by the verification that reached it, not by an older, weaker one.
    reached = fact is not Fact.LEVEL or verification.assurance_level == person.level
    return fact in verification.proved and reached


def _source(wish: Wish, catalogue: Catalogue) -> str | None:
    rule = catalogue.scopes.get(wish.scope)
    return rule.source(wish.name) if rule else None
