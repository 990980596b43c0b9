"""Messages that wait, sealed."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select

from idp.domain.ids import PersonId, digest
from idp.domain.messages import Message
from idp.domain.sealing import Sealer
from idp.storage.codec import Codec
from idp.storage.tables import OUTBOX

MESSAGES = Codec(Message)
ADD = insert(OUTBOX)
WAITING = select(OUTBOX).order_by(OUTBOX.c.created_at, OUTBOX.c.id).limit(bindparam("most"))
ERASE_OF_PERSON = delete(OUTBOX).where(OUTBOX.c.addressee == bindparam("addressee"))
REMOVE = delete(OUTBOX).where(OUTBOX.c.id == bindparam("message_id"))
OLD = (
    select(OUTBOX.c.id)
    .where(OUTBOX.c.created_at < bindparam("before"))
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
PURGE = delete(OUTBOX).where(OUTBOX.c.id.in_(OLD))


class SqlOutbox:
    """Implements Outbox."""

    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        self._connection = connection
        self._sealer = sealer

    def add(self, message: Message) -> None:
        """Keep the message."""
        sealed = self._sealer.seal(MESSAGES.encode(message).encode(), context=_context(message.id))
        row = {
            "id": message.id,
            "created_at": message.created_at,
            "document": sealed,
            "addressee": _addressee(message.person_id),
        }
        self._connection.execute(ADD, row)

    def waiting(self, *, limit: int) -> tuple[Message, ...]:
        """Return messages, those that wait longest first."""
        rows = self._connection.execute(WAITING, {"most": limit})
        return tuple(
            MESSAGES.decode(self._sealer.open(row.document, context=_context(row.id))) for row in rows
        )

    def remove(self, message_id: str) -> bool:
        """Forget a message that was carried away; True for one caller only."""
        return self._connection.execute(REMOVE, {"message_id": message_id}).rowcount == 1

    def erase_of_person(self, person_id: PersonId) -> int:
        """Forget all messages to the person; return how many."""
        return self._connection.execute(ERASE_OF_PERSON, {"addressee": _addressee(person_id)}).rowcount

    def purge(self, before: datetime, *, limit: int) -> int:
        """Forget messages made before then; return how many."""
        return self._connection.execute(PURGE, {"before": before, "most": limit}).rowcount


def _context(message_id: str) -> str:
    return f"outbox:{message_id}"


def _addressee(person_id: PersonId) -> str:
    return digest(f"outbox:{person_id}")
