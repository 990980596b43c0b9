"""Entering people by hand: at a counter, by an operator, for the demo."""

from dataclasses import dataclass

from idp.domain.accounts import REGION, Person, Phones, check_username
from idp.domain.assurance import Level
from idp.domain.audit import PersonCreated
from idp.domain.clock import Clock, civil_date
from idp.domain.credentials import PasswordHasher
from idp.domain.documents import Document, DocumentType, check_document
from idp.domain.errors import Refusal
from idp.domain.ids import PersonId, random_id
from idp.domain.names import clean_name
from idp.domain.passwords import MAX_PASSWORD, MIN_PASSWORD
from idp.domain.proofing import Verification
from idp.domain.work import Records


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """What was typed in about a person."""

    name: str
    document_type: DocumentType
    document_number: str
    password: str
    level: Level
    phone: str | None = None
    username: str | None = None
    region: str | None = None
    proofs: tuple[Verification, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatePerson:
    """Checks what was typed and stores the person."""

    records: Records
    hasher: PasswordHasher
    phones: Phones
    clock: Clock
    takes_test_identities: bool

    def create(self, new: NewPerson) -> Person:
        """Return the stored person, or refuse with a sentence for the typist.

        Raises Conflict when the user name, phone or document number belongs to somebody already.
        """
        now = self.clock.now()
        try:
            document = check_document(new.document_type, new.document_number, today=civil_date(now))
            name = clean_name(new.name)
            username = check_username(new.username) if new.username else None
        except ValueError as error:
            raise _refuse(str(error)) from None
        if document.is_fictitious and not self.takes_test_identities:
            raise _refuse("Made-up document numbers are not taken here.")
        person = Person(
            id=PersonId(random_id()),
            name=name,
            level=new.level,
            document=document,
            phone=self._phone(new.phone) if new.phone else None,
            username=username,
            region=_region(new.region, document),
            created_at=now,
            updated_at=now,
            proofs=new.proofs,
        )
        password_hash = self.hasher.hash(check_password(new.password))
        with self.records.begin() as work:
            work.persons.add(person, password_hash=password_hash)
            work.audit.append(PersonCreated(at=now, person_id=person.id, level=person.level))
        return person

    def _phone(self, text: str) -> str:
        phone = self.phones.canonical(text)
        if phone is None:
            raise _refuse("The phone number cannot be read.")
        if self.phones.is_fictitious(phone):
            if not self.takes_test_identities:
                raise _refuse("Made-up phone numbers are not taken here.")
        elif not self.phones.is_valid(phone):
            raise _refuse("There is no such phone number.")
        return phone


def check_password(password: str) -> str:
    """Return the password if it has 8 to 1024 characters (NIST SP 800-63B section 3.1.1)."""
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise _refuse("A password has 8 to 1024 characters.")
    return password


def _region(text: str | None, document: Document) -> str | None:
    if text is None:
        return f"{document.number[:2]}0000" if document.type is DocumentType.RESIDENT_ID else None
    if not REGION.fullmatch(text):
        raise _refuse("A region has six digits.")
    return text


def _refuse(sentence: str) -> Refusal:
    return Refusal("invalid_person", sentence)
