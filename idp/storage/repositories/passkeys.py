"""Passkeys."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, delete, or_, select, update

from idp.domain.ids import PersonId
from idp.domain.passkeys import Passkey
from idp.storage.codec import Codec
from idp.storage.repositories.inserts import InsertUnlessTaken
from idp.storage.tables import PASSKEY

CODEC = Codec(Passkey)
COLUMNS = PASSKEY.c
ADD = InsertUnlessTaken(PASSKEY)
READ = select(COLUMNS.document, COLUMNS.sign_count, COLUMNS.last_used_at)
THIS = COLUMNS.id == bindparam("passkey")
OWN = COLUMNS.person_id == bindparam("person")
GET = READ.where(THIS)
OF_PERSON = READ.where(OWN)
USE = (
    update(PASSKEY)
    .where(THIS)
    .where(
        or_(COLUMNS.sign_count < bindparam("count"), and_(COLUMNS.sign_count == 0, bindparam("count") == 0))
    )
    .values(sign_count=bindparam("count"), last_used_at=bindparam("at"))
)
REMOVE = delete(PASSKEY).where(THIS, OWN)
ERASE_OF_PERSON = delete(PASSKEY).where(OWN)


class SqlPasskeys:
    """Implements Passkeys."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, passkey: Passkey) -> bool:
        """Store the passkey; say whether nobody has one of this id."""
        row = {
            "id": passkey.id,
            "person_id": passkey.person_id,
            "sign_count": passkey.sign_count,
            "last_used_at": passkey.last_used_at,
            "document": CODEC.encode(passkey),
        }
        return ADD.into(self._connection, row)

    def get(self, passkey_id: str) -> Passkey | None:
        """Return the passkey."""
        row = self._connection.execute(GET, {"passkey": passkey_id}).one_or_none()
        return None if row is None else _read(row)

    def of_person(self, person_id: PersonId) -> tuple[Passkey, ...]:
        """Return the person's passkeys, oldest first."""
        rows = self._connection.execute(OF_PERSON, {"person": person_id})
        return tuple(sorted(map(_read, rows), key=lambda each: (each.created_at, each.id)))

    def use(self, passkey_id: str, *, sign_count: int, at: datetime) -> bool:
        """Write down a use; False where the count did not go up, or the passkey is gone.

        Devices that do not count say zero each time.
        """
        return self._change(USE, {"passkey": passkey_id, "count": sign_count, "at": at}) == 1

    def remove(self, person_id: PersonId, passkey_id: str) -> bool:
        """Forget the person's passkey; say whether it was there."""
        return self._change(REMOVE, {"passkey": passkey_id, "person": person_id}) == 1

    def erase_of_person(self, person_id: PersonId) -> int:
        """Forget all passkeys of the person; return how many."""
        return self._change(ERASE_OF_PERSON, {"person": person_id})

    def _change(self, statement: Any, values: dict[str, Any]) -> int:
        return self._connection.execute(statement, values).rowcount


def _read(row: Row[Any, Any, Any]) -> Passkey:
    return replace(CODEC.decode(row.document), sign_count=row.sign_count, last_used_at=row.last_used_at)
