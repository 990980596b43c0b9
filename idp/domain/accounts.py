"""Real-name persons: who they are, how well that was proved, how they are found."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from idp.domain.assurance import Level
from idp.domain.documents import Document, Gender
from idp.domain.ids import PersonId
from idp.domain.names import fold
from idp.domain.proofing import Verification

USERNAME = re.compile(r"[a-z][a-z0-9._-]{1,63}", re.ASCII)
REGION = re.compile(r"\d{6}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A natural person as the provider knows him or her; *id* is random and derived from nothing.

    *proofs* are the events that prove it, up to *level*. An account that its person closes is open no
    more; *closes_at* is when the person's data is erased, unless he or she takes the closing back.
    """

    id: PersonId
    name: str
    level: Level
    document: Document | None
    phone: str | None
    username: str | None
    region: str | None
    created_at: datetime
    updated_at: datetime
    proofs: tuple[Verification, ...] = ()
    closes_at: datetime | None = None

    @property
    def birthdate(self) -> date | None:
        """Return the date of birth, where the document tells it."""
        return self.document.birthdate if self.document else None

    @property
    def gender(self) -> Gender | None:
        """Return the gender, where the document tells it."""
        return self.document.gender if self.document else None

    @property
    def identifiers(self) -> tuple[str, ...]:
        """Return what the person may type to sign in, in the folded form that is indexed."""
        number = self.document.number if self.document else None
        return tuple(fold(each) for each in (self.username, self.phone, number) if each)


@dataclass(frozen=True, slots=True)
class PasswordCredential:
    """Whose password it is, and its argon2id hash."""

    person_id: PersonId
    password_hash: str


class Persons(Protocol):
    """The people, encrypted at rest."""

    def add(self, person: Person, *, password_hash: str | None) -> None:
        """Store the person, or raise Conflict when an identifier is taken."""

    def get(self, person_id: PersonId) -> Person | None:
        """Return the person."""

    def credential(self, identifiers: tuple[str, ...]) -> PasswordCredential | None:
        """Return the password credential behind any of the folded *identifiers*, in one look-up."""

    def set_password(self, person_id: PersonId, password_hash: str) -> None:
        """Store a new password hash over the old one."""

    def keep_password(self, credential: PasswordCredential) -> bool:
        """Say whether the credential still counts; until the unit of work ends nobody changes it."""

    def closes_at(self, person_id: PersonId) -> datetime | None:
        """Return when the person's account closes, if it does."""

    def close(self, person_id: PersonId, at: datetime) -> bool:
        """Let the account close *at* that moment; say whether it was open until now."""

    def reopen(self, person_id: PersonId) -> bool:
        """Take the closing back; say whether there was one."""

    def due(self, now: datetime, *, limit: int, after: PersonId | None = None) -> tuple[PersonId, ...]:
        """Return people whose accounts were to close by now, in the order of their ids."""

    def erase(self, person_id: PersonId, now: datetime) -> bool:
        """Erase what is kept about the person, if it is due; True for one caller only.

        The id itself stays known, so that nobody else ever gets it.
        """

    def page(self, *, after: PersonId | None, limit: int) -> tuple[Person, ...]:
        """Return the next *limit* people in the order of their ids."""


class Phones(Protocol):
    """Telephone numbers, as the outside world's numbering plans have them."""

    def canonical(self, text: str) -> str | None:
        """Return the E.164 form of *text* (a bare number is Chinese), or None when it is no number."""

    def is_valid(self, canonical: str) -> bool:
        """Say whether somebody could be called at the E.164 number *canonical*."""

    def is_fictitious(self, canonical: str) -> bool:
        """Say whether the number follows the convention for made-up people."""


def check_username(text: str) -> str:
    """Return the user name in its one form, or raise ValueError with a sentence for the typist.

    It begins with a letter, so it can be neither a phone number nor a citizen's document number.
    """
    username = fold(text)
    if not USERNAME.fullmatch(username):
        raise ValueError("A user name has 2 to 64 letters, digits, dots or dashes, a letter first.")
    return username
