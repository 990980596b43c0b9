"""People: sealed documents, found by keyed digests of what they type."""

from sqlalchemy import Connection, Row, bindparam, insert, select

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
GET = select(PERSON.c.document).where(PERSON.c.id == bindparam("id"))
FIND_CREDENTIAL = (
    select(CREDENTIAL.c.person_id, CREDENTIAL.c.password_hash)
    .join(IDENTIFIER, IDENTIFIER.c.person_id == CREDENTIAL.c.person_id)
    .where(IDENTIFIER.c.digest.in_(bindparam("digests", expanding=True)))
    # What was typed can name two people: the identifier that was named first decides.
    .add_columns(IDENTIFIER.c.digest)
)
PAGE = select(PERSON).where(PERSON.c.id > bindparam("after")).order_by(PERSON.c.id).limit(bindparam("limit"))


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
        sealed = self._connection.execute(GET, {"id": person_id}).scalar()
        return None if sealed is None else self._open(person_id, sealed)

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

    def page(self, *, after: PersonId | None, limit: int) -> tuple[Person, ...]:
        """Return the next *limit* people in the order of their ids."""
        rows = self._connection.execute(PAGE, {"after": after or "", "limit": limit})
        return tuple(self._read(row) for row in rows)

    def _read(self, row: Row[tuple[str, bytes]]) -> Person:
        return self._open(PersonId(row.id), row.document)

    def _open(self, person_id: PersonId, sealed: bytes) -> Person:
        return PEOPLE.decode(self._sealer.open(sealed, context=_context(person_id)))


def _context(person_id: PersonId) -> str:
    return f"person:{person_id}"
