"""Messages on standard output, for development: they are read there, and nobody is disturbed."""

from typing import TextIO

from idp.domain.messages import Message
from idp.domain.names import mask_phone
from idp.domain.work import UnitOfWork


class ConsoleMessages:
    """Implements Messages; says a message even if its unit of work falls afterwards."""

    def __init__(self, out: TextIO) -> None:
        """Take where the lines go."""
        self._out = out

    def send(self, work: UnitOfWork, message: Message) -> None:
        """Write one line; of the phone number only the mask."""
        del work
        line = (
            f"Message ({message.topic}, {message.language}) to {mask_phone(message.phone)}: {message.text}\n"
        )
        # In one piece, so that the lines of threads do not mix.
        self._out.write(line)
        self._out.flush()
