"""Receipts, sealed."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select

from idp.domain.ids import PersonId
from idp.domain.receipts import Receipt
from idp.domain.sealing import Sealer
from idp.storage.tables import RECEIPT

ADD = insert(RECEIPT)
OWN = RECEIPT.c.person_id == bindparam("person")
OF_PERSON = select(RECEIPT).where(OWN).order_by(RECEIPT.c.issued_at, RECEIPT.c.id)
GET = select(RECEIPT).where(OWN, RECEIPT.c.id == bindparam("receipt"))
ERASE_OF_PERSON = delete(RECEIPT).where(OWN)
OLD = (
    select(RECEIPT.c.id)
    .where(RECEIPT.c.issued_at < bindparam("before"))
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
PURGE = delete(RECEIPT).where(RECEIPT.c.id.in_(OLD))


class SqlReceipts:
    """Implements Receipts."""

    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        self._connection = connection
        self._sealer = sealer

    def add(self, receipt: Receipt) -> None:
        """Store the receipt."""
        row = {
            "id": receipt.id,
            "person_id": receipt.person_id,
            "client_id": receipt.client_id,
            "issued_at": receipt.issued_at,
            "sealed": self._sealer.seal(receipt.token.encode(), context=_context(receipt.id)),
        }
        self._connection.execute(ADD, row)

    def get(self, person_id: PersonId, receipt_id: str) -> Receipt | None:
        """Return the person's receipt of that number."""
        row = self._connection.execute(GET, {"receipt": receipt_id, "person": person_id}).one_or_none()
        return None if row is None else self._read(row)

    def of_person(self, person_id: PersonId) -> tuple[Receipt, ...]:
        """Return the person's receipts, oldest first."""
        return tuple(map(self._read, self._connection.execute(OF_PERSON, {"person": person_id})))

    def erase_of_person(self, person_id: PersonId) -> int:
        """Forget all receipts of the person; return how many."""
        return self._connection.execute(ERASE_OF_PERSON, {"person": person_id}).rowcount

    def purge(self, before: datetime, *, limit: int) -> int:
        """Forget receipts that were issued before then; return how many."""
        return self._connection.execute(PURGE, {"before": before, "most": limit}).rowcount

    def _read(self, row: Row[Any]) -> Receipt:
        return Receipt(
            id=row.id,
            person_id=row.person_id,
            client_id=row.client_id,
            issued_at=row.issued_at,
            token=self._sealer.open(row.sealed, context=_context(row.id)).decode(),
        )


def _context(receipt_id: str) -> str:
    return f"receipt:{receipt_id}"
