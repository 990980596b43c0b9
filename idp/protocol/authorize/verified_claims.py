"""Verified claims in the claims parameter, and what is told of them in discovery."""

from collections.abc import Callable
from typing import Any

from idp.domain.claims.request import VerifiedWish, Wish
from idp.domain.documents import DocumentType
from idp.domain.proofing import TRUST_FRAMEWORK, CheckMethod, RecordType
from idp.protocol.authorize.claims_json import refuse

SPEC = "OpenID Connect for Identity Assurance 1.0"
METADATA = {
    "verified_claims_supported": True,
    "trust_frameworks_supported": [TRUST_FRAMEWORK],
    "evidence_supported": ["document", "electronic_record", "electronic_signature", "vouch"],
    "documents_supported": [kind.value for kind in DocumentType],
    "documents_check_methods_supported": [
        CheckMethod.DOCUMENT_IN_PERSON.value,
        CheckMethod.PERSON_IN_PERSON.value,
        CheckMethod.BIOMETRIC_PHYSICAL.value,
    ],
    "electronic_records_supported": [kind.value for kind in RecordType],
}
MAX_REQUESTS = 10
MAX_AGE = 10**10


def read_verified(asked: Any, read: Callable[[dict[str, Any]], tuple[Wish, ...]]) -> tuple[VerifiedWish, ...]:
    """Return the requests for verified claims; *read* returns those of their claims that may be asked for."""
    if asked is None:
        return ()
    requests = asked if isinstance(asked, list) else [asked]
    if not 1 <= len(requests) <= MAX_REQUESTS:
        raise refuse("Verified claims are asked for none or too many times.")
    wishes = (_request(each, read) for each in requests)
    return tuple(wish for wish in wishes if wish.claims)


def check_max_age(seconds: Any) -> float:
    """Return how old something may be, in seconds (section 5.5.2)."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= MAX_AGE:
        raise refuse("A max_age is no number of seconds.")
    # Kept visits are compared as text, in which 5 and 5.0 differ.
    return float(seconds)


def _request(asked: Any, read: Callable[[dict[str, Any]], tuple[Wish, ...]]) -> VerifiedWish:
    if not isinstance(asked, dict):
        raise refuse("Verified claims are asked for by an object.")
    verification, claims = asked.get("verification"), asked.get("claims")
    if not isinstance(verification, dict):
        raise refuse("Verified claims are asked for without a verification.")
    if not isinstance(claims, dict) or not claims:
        raise refuse("Verified claims are asked for without naming any.")
    _check_template(verification)
    _check_evidence(verification)
    return VerifiedWish(verification=verification, claims=read(claims))


def _check_template(template: Any) -> None:
    # null, an object, or a list of objects of which any will do.
    if isinstance(template, list):
        if not template or not all(isinstance(each, dict) for each in template):
            raise refuse("A list in a verification holds objects.")
        for each in template:
            _check_template(each)
    elif isinstance(template, dict):
        _check_restrictions(template)
        for name, each in template.items():
            if name not in {"value", "values", "max_age", "essential", "purpose"}:
                _check_template(each)
    elif template is not None:
        raise refuse("A member of a verification is asked for by null, an object or a list.")


def _check_restrictions(template: dict[str, Any]) -> None:
    if "values" in template and (not isinstance(template["values"], list) or not template["values"]):
        raise refuse("The values in a verification are no list.")
    if "max_age" in template:
        check_max_age(template["max_age"])


def _check_evidence(verification: dict[str, Any]) -> None:
    evidence = verification.get("evidence")
    if evidence is None:
        return
    if not isinstance(evidence, list):
        raise refuse("The evidence of a verification is no list.")
    for each in evidence:
        # Section 5.4: each entry filters one type, named by value.
        kind = each.get("type")
        if not isinstance(kind, dict) or not isinstance(kind.get("value"), str) or "values" in kind:
            raise refuse("Evidence is asked for by the value of its type.")
