"""People: sealed documents, found by keyed digests of what they type."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from idp.domain.accounts import PasswordCredential, Person
from idp.domain.errors import Conflict
from idp.domain.ids import PersonId
from idp.domain.sealing import BlindIndex, Sealer
from idp.storage.codec import Codec
from idp.storage.repositories.inserts import InsertUnlessTaken, Upsert
from idp.storage.tables import CREDENTIAL, IDENTIFIER, PERSON

PEOPLE = Codec(Person)
ADD = insert(PERSON)
ADD_IDENTIFIERS = InsertUnlessTaken(IDENTIFIER)
SET_PASSWORD = Upsert(CREDENTIAL)
# Who was erased is nobody.
READ = select(PERSON).where(PERSON.c.erased_at.is_(None))
GET = READ.where(PERSON.c.id == bindparam("id"))
STATE = select(PERSON.c.closes_at).where(PERSON.c.id == bindparam("id"), PERSON.c.erased_at.is_(None))
FIND_CREDENTIAL = (
    select(CREDENTIAL.c.person_id, CREDENTIAL.c.password_hash)
    .join(IDENTIFIER, IDENTIFIER.c.person_id == CREDENTIAL.c.person_id)
    .where(IDENTIFIER.c.digest.in_(bindparam("digests", expanding=True)))
    # What was typed can name two people: the identifier that was named first decides.
    .add_columns(IDENTIFIER.c.digest)
)
PAGE = READ.where(PERSON.c.id > bindparam("after")).order_by(PERSON.c.id).limit(bindparam("limit"))
KEEP_PASSWORD = (
    select(CREDENTIAL.c.person_id)
    .where(CREDENTIAL.c.person_id == bindparam("person_id"))
    .where(CREDENTIAL.c.password_hash == bindparam("password_hash"))
    .with_for_update()
)
THIS = update(PERSON).where(PERSON.c.id == bindparam("person"), PERSON.c.erased_at.is_(None))
CLOSE = THIS.where(PERSON.c.closes_at.is_(None)).values(closes_at=bindparam("at"))
REOPEN = THIS.where(PERSON.c.closes_at.is_not(None)).values(closes_at=None)
DUE = (
    select(PERSON.c.id)
    .where(PERSON.c.closes_at <= bindparam("now"), PERSON.c.id > bindparam("after"))
    .order_by(PERSON.c.id)
    .limit(bindparam("most"))
)
ERASE = THIS.where(PERSON.c.closes_at <= bindparam("now")).values(
    document=b"", closes_at=None, erased_at=bindparam("now")
)
ERASE_OF_PERSON = [
    delete(table).where(table.c.person_id == bindparam("person")) for table in (IDENTIFIER, CREDENTIAL)
]


class SqlPersons:
    """Implements Persons."""

    def __init__(self, connection: Connection, sealer: Sealer, index: BlindIndex) -> None:
        self._connection = connection
        self._sealer = sealer
        self._index = index

    def add(self, person: Person, *, password_hash: str | None) -> None:
        """Store the person, or raise Conflict when an identifier is taken; roll back then."""
        sealed = self._sealer.seal(PEOPLE.encode(person).encode(), context=_context(person.id))
        self._connection.execute(ADD, {"id": person.id, "document": sealed})
        # Sorted, so that two transactions wait for each other in one order only.
        digests = sorted({self._index.digest(each) for each in person.identifiers})
        rows = [{"digest": digest, "person_id": person.id} for digest in digests]
        if rows and not ADD_IDENTIFIERS.into(self._connection, *rows):
            raise Conflict("A user name, phone or document number is taken.")
        if password_hash is not None:
            self.set_password(person.id, password_hash)

    def get(self, person_id: PersonId) -> Person | None:
        """Return the person."""
        row = self._connection.execute(GET, {"id": person_id}).one_or_none()
        return None if row is None else self._read(row)

    def credential(self, identifiers: tuple[str, ...]) -> PasswordCredential | None:
        """Return the password credential behind any of the folded *identifiers*, in one look-up.

        Where they name several people, the first that names one decides.
        """
        digests = [self._index.digest(each) for each in identifiers]
        rows = self._connection.execute(FIND_CREDENTIAL, {"digests": digests}).all()
        if not rows:
            return None
        row = min(rows, key=lambda row: digests.index(row.digest))
        return PasswordCredential(row.person_id, row.password_hash)

    def set_password(self, person_id: PersonId, password_hash: str) -> None:
        """Store a new password hash over the old one."""
        SET_PASSWORD.into(self._connection, {"person_id": person_id, "password_hash": password_hash})

    def keep_password(self, credential: PasswordCredential) -> bool:
        """Say whether the credential still counts; until the unit of work ends nobody changes it."""
        values = {"person_id": credential.person_id, "password_hash": credential.password_hash}
        return self._connection.execute(KEEP_PASSWORD, values).first() is not None

    def closes_at(self, person_id: PersonId) -> datetime | None:
        """Return when the person's account closes, if it does."""
        moment: datetime | None = self._connection.execute(STATE, {"id": person_id}).scalar()
        return moment

    def close(self, person_id: PersonId, at: datetime) -> bool:
        """Let the account close *at* that moment; say whether it was open until now."""
        return self._change(CLOSE, {"person": person_id, "at": at})

    def reopen(self, person_id: PersonId) -> bool:
        """Take the closing back; say whether there was one."""
        return self._change(REOPEN, {"person": person_id})

    def due(self, now: datetime, *, limit: int, after: PersonId | None = None) -> tuple[PersonId, ...]:
        """Return people whose accounts were to close by now, in the order of their ids."""
        asked = {"now": now, "most": limit, "after": after or ""}
        return tuple(self._connection.execute(DUE, asked).scalars())

    def erase(self, person_id: PersonId, now: datetime) -> bool:
        """Erase what is kept about the person, if it is due; True for one caller only."""
        # The row is taken first: whoever takes the closing back at this moment waits, and finds nobody.
        if not self._change(ERASE, {"person": person_id, "now": now}):
            return False
        for statement in ERASE_OF_PERSON:
            self._connection.execute(statement, {"person": person_id})
        return True

    def page(self, *, after: PersonId | None, limit: int) -> tuple[Person, ...]:
        """Return the next *limit* people in the order of their ids."""
        rows = self._connection.execute(PAGE, {"after": after or "", "limit": limit})
        return tuple(self._read(row) for row in rows)

    def _read(self, row: Row[Any]) -> Person:
        return read_person(self._sealer, row.id, row.document, row.closes_at)

    def _change(self, statement: Any, values: dict[str, Any]) -> bool:
        return self._connection.execute(statement, values).rowcount == 1


def read_person(sealer: Sealer, person_id: str, document: bytes, closes_at: datetime | None) -> Person:
    """Return the person whom the columns of a row tell of."""
    return replace(PEOPLE.decode(sealer.open(document, context=_context(person_id))), closes_at=closes_at)


def _context(person_id: str) -> str:
    return f"person:{person_id}"
