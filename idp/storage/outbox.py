"""Messages that are kept in the outbox, in the unit of work that they tell of."""

from idp.domain.messages import Message
from idp.domain.work import UnitOfWork


class OutboxMessages:
    """Implements Messages."""

    def send(self, work: UnitOfWork, message: Message) -> None:
        """Keep the message."""
        work.outbox.add(message)
