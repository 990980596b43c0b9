"""Identity documents: their types, shapes and check digits."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

# ISO 7064 MOD 11-2 as GB 11643-1999 uses it.
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"

# GB/T 2260: the first two digits that begin a citizen's number.
PROVINCES = frozenset(
    [
        *("11", "12", "13", "14", "15", "21", "22", "23"),
        *("31", "32", "33", "34", "35", "36", "37", "41", "42", "43", "44", "45", "46"),
        *("50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71"),
    ]
)


class DocumentType(StrEnum):
    """The values of the claim ``cn_id_type``."""

    RESIDENT_ID = "resident_id"
    HMT_RESIDENCE_PERMIT = "hmt_residence_permit"
    HM_TRAVEL_PERMIT = "hm_travel_permit"
    TW_TRAVEL_PERMIT = "tw_travel_permit"
    FOREIGN_PR_ID = "foreign_pr_id"
    PASSPORT = "passport"
    OFFICER_ID = "officer_id"


class Gender(StrEnum):
    """The values of the claim ``gender``."""

    MALE = "male"
    FEMALE = "female"


SHAPES = {
    DocumentType.RESIDENT_ID: re.compile(r"[1-7]\d{16}[\dX]", re.ASCII),
    DocumentType.HMT_RESIDENCE_PERMIT: re.compile(r"8[123]0000\d{11}[\dX]", re.ASCII),
    DocumentType.HM_TRAVEL_PERMIT: re.compile(r"[HM]\d{8}(\d{2})?", re.ASCII),
    DocumentType.TW_TRAVEL_PERMIT: re.compile(r"\d{8}(\d{2})?", re.ASCII),
    DocumentType.FOREIGN_PR_ID: re.compile(r"9\d{16}[\dX]|[A-Z]{3}\d{12}", re.ASCII),
    DocumentType.PASSPORT: re.compile(r"[A-Z0-9]{5,17}", re.ASCII),
    DocumentType.OFFICER_ID: re.compile(r"[\w-]{5,24}"),
}
CHECKED_TYPES = frozenset(
    {DocumentType.RESIDENT_ID, DocumentType.HMT_RESIDENCE_PERMIT, DocumentType.FOREIGN_PR_ID}
)
CHECKED_LENGTH = 18


@dataclass(frozen=True, slots=True)
class Document:
    """A document whose shape and check digit are right; nothing says that it exists."""

    type: DocumentType
    number: str

    @property
    def is_checked(self) -> bool:
        """Say whether the number is built like a citizen's: region, birth, sequence, check digit."""
        return self.type in CHECKED_TYPES and len(self.number) == CHECKED_LENGTH

    @property
    def birthdate(self) -> date | None:
        """Return the date of birth that an 18-character number carries."""
        return _birthdate(self.number) if self.is_checked else None

    @property
    def gender(self) -> Gender | None:
        """Return the gender that the sequence of an 18-character number carries: odd is male."""
        if not self.is_checked:
            return None
        return Gender.MALE if int(self.number[16]) % 2 else Gender.FEMALE

    @property
    def is_fictitious(self) -> bool:
        """Say whether the number follows the convention for made-up people.

        Real citizens' numbers begin with a county, never with a whole province; where the region
        really is written so, made-up people are born on 1900-01-01.
        """
        if self.type is DocumentType.RESIDENT_ID:
            return self.number[2:6] == "0000"
        if self.is_checked:
            return self.number[6:14] == "19000101"
        return bool(re.fullmatch(r"[A-Z]{0,3}0{6,}\d{1,4}", self.number, re.ASCII))


def check_document(kind: DocumentType, text: str, *, today: date) -> Document:
    """Return the document that *text* names, or raise ValueError with a sentence for the typist.

    An unknown county is no reason to refuse: codes are abolished, numbers stay.
    """
    number = "".join(text.split()).upper()
    if not SHAPES[kind].fullmatch(number):
        raise ValueError("The document number does not have the shape of this document type.")
    document = Document(kind, number)
    if not document.is_checked:
        return document
    if kind is DocumentType.RESIDENT_ID and number[:2] not in PROVINCES:
        raise ValueError("The document number begins with an unknown province.")
    born = _birthdate(number)
    if born is None or born > today:
        raise ValueError("The document number holds an impossible date of birth.")
    if check_digit(number[:17]) != number[17]:
        raise ValueError("The check digit of the document number is wrong.")
    return document


def check_digit(body: str) -> str:
    """Return the check digit of the 17 digits *body* (GB 11643-1999)."""
    return CHECK_DIGITS[sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True)) % 11]


def _birthdate(number: str) -> date | None:
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
