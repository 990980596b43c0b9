"""Remembered consents."""

from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, delete, select

from idp.domain.grants import Consent, Standing
from idp.domain.ids import ClientId, PersonId
from idp.storage.codec import Codec
from idp.storage.repositories.inserts import Upsert
from idp.storage.tables import CONSENT, PERSON

CONSENTS = Codec(Consent)
PUT = Upsert(CONSENT)
OF_BOTH = (CONSENT.c.person_id == bindparam("person_id"), CONSENT.c.client_id == bindparam("client_id"))
GET = select(CONSENT.c.document).where(*OF_BOTH)
STANDING = (
    select(CONSENT.c.document, PERSON.c.closes_at)
    .select_from(
        PERSON.outerjoin(
            CONSENT, and_(CONSENT.c.person_id == PERSON.c.id, CONSENT.c.client_id == bindparam("client_id"))
        )
    )
    .where(PERSON.c.id == bindparam("person_id"), PERSON.c.erased_at.is_(None))
)
DELETE = delete(CONSENT).where(*OF_BOTH)
DELETE_OF_CLIENT = delete(CONSENT).where(CONSENT.c.client_id == bindparam("client_id"))
ERASE_OF_PERSON = delete(CONSENT).where(CONSENT.c.person_id == bindparam("person_id"))
OF_PERSON = (
    select(CONSENT.c.document)
    .where(CONSENT.c.person_id == bindparam("person_id"))
    .order_by(CONSENT.c.given_at.desc(), CONSENT.c.client_id)
)

# Of an account that is not there any more.
GONE = Standing(consent=None, is_open=False, closes_at=None)


class SqlConsents:
    """Implements Consents."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, consent: Consent) -> None:
        """Store the consent over an older one."""
        row = {
            "person_id": consent.person_id,
            "client_id": consent.client_id,
            "given_at": consent.given_at,
            "document": CONSENTS.encode(consent),
        }
        PUT.into(self._connection, row)

    def get(self, person_id: PersonId, client_id: ClientId) -> Consent | None:
        """Return the consent."""
        both = {"person_id": person_id, "client_id": client_id}
        document = self._connection.execute(GET, both).scalar()
        return None if document is None else CONSENTS.decode(document)

    def standing(self, person_id: PersonId, client_id: ClientId) -> Standing:
        """Return the consent and how the account is, in one look-up."""
        both = {"person_id": person_id, "client_id": client_id}
        row = self._connection.execute(STANDING, both).one_or_none()
        return GONE if row is None else read_standing(row.document, row.closes_at)

    def of_person(self, person_id: PersonId) -> tuple[Consent, ...]:
        """Return the person's consents, newest first."""
        documents = self._connection.execute(OF_PERSON, {"person_id": person_id}).scalars()
        return tuple(map(CONSENTS.decode, documents))

    def delete(self, person_id: PersonId, client_id: ClientId) -> bool:
        """Forget the consent; say whether it was there."""
        both = {"person_id": person_id, "client_id": client_id}
        return self._connection.execute(DELETE, both).rowcount == 1

    def erase_of_person(self, person_id: PersonId) -> int:
        """Forget all consents of the person; return how many."""
        return self._connection.execute(ERASE_OF_PERSON, {"person_id": person_id}).rowcount

    def delete_of_client(self, client_id: ClientId) -> int:
        """Forget all consents to the client; return how many."""
        return self._connection.execute(DELETE_OF_CLIENT, {"client_id": client_id}).rowcount


def read_standing(document: str | None, closes_at: datetime | None) -> Standing:
    """Return how an account that is there stands, from the columns of both tables."""
    consent = None if document is None else CONSENTS.decode(document)
    return Standing(consent=consent, is_open=closes_at is None, closes_at=closes_at)
