"""Receipts."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select

from idp.domain.ids import PersonId
from idp.domain.receipts import Receipt
from idp.storage.tables import RECEIPT

ADD = insert(RECEIPT)
GET = select(RECEIPT).where(RECEIPT.c.id == bindparam("receipt"), RECEIPT.c.person_id == bindparam("person"))
ERASE_OF_PERSON = delete(RECEIPT).where(RECEIPT.c.person_id == bindparam("person"))
OLD = (
    select(RECEIPT.c.id)
    .where(RECEIPT.c.issued_at < bindparam("before"))
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
PURGE = delete(RECEIPT).where(RECEIPT.c.id.in_(OLD))


class SqlReceipts:
    """Implements Receipts."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, receipt: Receipt) -> None:
        """Store the receipt."""
        self._connection.execute(ADD, asdict(receipt))

    def get(self, person_id: PersonId, receipt_id: str) -> Receipt | None:
        """Return the person's receipt of that number."""
        row = self._connection.execute(GET, {"receipt": receipt_id, "person": person_id}).one_or_none()
        return None if row is None else Receipt(**row._asdict())

    def erase_of_person(self, person_id: PersonId) -> int:
        """Forget all receipts of the person; return how many."""
        return self._connection.execute(ERASE_OF_PERSON, {"person": person_id}).rowcount

    def purge(self, before: datetime, *, limit: int) -> int:
        """Forget receipts that were issued before then; return how many."""
        return self._connection.execute(PURGE, {"before": before, "most": limit}).rowcount
