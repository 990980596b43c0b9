"""Evidence: how it was proved who a person is, kept with the person.

Members are named as the OpenID Identity Assurance Schema 1.0 names them, so that what is kept is what
is told; nothing of the person stands in them.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from idp.domain.assurance import Level

TRUST_FRAMEWORK = "cn_gov_realname"


class Fact(StrEnum):
    """What of a person a verification can prove; other data follows from these."""

    NAME = "name"
    DOCUMENT = "document"
    LEVEL = "level"


class CheckMethod(StrEnum):
    """How evidence was checked (the working group's list of predefined values)."""

    DATA = "data"
    BIOMETRIC_REMOTE = "bvr"
    BIOMETRIC_PHYSICAL = "bvp"
    DOCUMENT_IN_PERSON = "vpip"
    PERSON_IN_PERSON = "pvp"
    AUTHENTICATION = "auth"
    CRYPTOGRAPHY = "vcrypt"


class RecordType(StrEnum):
    """The electronic records that are looked things up in."""

    POPULATION_REGISTER = "population_register"
    FACIAL_REFERENCE = "facial_reference"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check of one piece of evidence."""

    check_method: CheckMethod
    organization: str
    check_id: str
    time: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Whose record or document it is."""

    name: str
    country_code: str = "CHN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An electronic record."""

    type: RecordType
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentDetails:
    """A document that was shown; its number is the person's data and stands there."""

    type: str
    issuer: Source
    date_of_issuance: date | None = None
    date_of_expiry: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Voucher:
    """Who vouches."""

    organization: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestation:
    """What somebody else vouched for."""

    type: str
    voucher: Voucher


@dataclass(frozen=True, slots=True, kw_only=True)
class ElectronicRecord:
    """Evidence found in a register."""

    type: Literal["electronic_record"] = "electronic_record"
    check_details: tuple[Check, ...]
    record: Record


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownDocument:
    """Evidence laid on a counter."""

    type: Literal["document"] = "document"
    check_details: tuple[Check, ...]
    document_details: DocumentDetails


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouch:
    """Evidence in somebody else's word."""

    type: Literal["vouch"] = "vouch"
    check_details: tuple[Check, ...]
    attestation: Attestation


@dataclass(frozen=True, slots=True, kw_only=True)
class ElectronicSignature:
    """Evidence in a signature made with a certificate."""

    type: Literal["electronic_signature"] = "electronic_signature"
    check_details: tuple[Check, ...]
    signature_type: str
    issuer: str
    serial_number: str
    created_at: datetime


Evidence = ElectronicRecord | ShownDocument | Vouch | ElectronicSignature


@dataclass(frozen=True, slots=True, kw_only=True)
class AssuranceProcess:
    """Under which rules, and by which of their procedures."""

    policy: str
    procedure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """One event in which a person was proved up to *assurance_level*; *proved* is what it was about."""

    trust_framework: str = TRUST_FRAMEWORK
    assurance_level: Level
    assurance_process: AssuranceProcess
    time: datetime
    verification_process: str
    evidence: tuple[Evidence, ...]
    proved: frozenset[Fact]
