"""Receipts: what was proved of a transaction, signed, to be shown years later without any image."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from idp.domain.ids import ClientId, PersonId

# The time after which claims lapse (Civil Code of the PRC, article 188). Whoever closes the account before
# that takes the receipts along in the copy of the data; here they are erased.
KEPT = timedelta(days=3 * 366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A signed receipt (JWT) as it was handed to the client; no personal data is in it."""

    id: str
    person_id: PersonId
    client_id: ClientId
    issued_at: datetime
    token: str


class Receipts(Protocol):
    """The receipts, durable."""

    def add(self, receipt: Receipt) -> None:
        """Store the receipt."""

    def get(self, person_id: PersonId, receipt_id: str) -> Receipt | None:
        """Return the person's receipt of that number."""

    def of_person(self, person_id: PersonId) -> tuple[Receipt, ...]:
        """Return the person's receipts, oldest first."""

    def erase_of_person(self, person_id: PersonId) -> int:
        """Forget all receipts of the person; return how many."""

    def purge(self, before: datetime, *, limit: int) -> int:
        """Forget receipts that were issued before then; return how many."""
