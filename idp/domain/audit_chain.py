"""The chain of the audit log: events in blocks, each bound to the one before, so that changes are seen."""

import hashlib
import json
import struct
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from idp.domain.ids import base64url

#: Of each event its number, and the first half of its SHA-256: to find one that does the same to another's
#: takes 2^128 tries.
ENTRY = struct.Struct(">q16s")
HALF = 16
#: Events of a block; so many are read at once to check it.
MOST_EVENTS = 1000

Change = Literal["altered", "removed", "inserted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedEvent:
    """An event as it stands in the log."""

    id: int
    at: datetime
    kind: str
    person_id: str | None
    client_id: str | None
    document: str

    @property
    def digest(self) -> bytes:
        """Return 16 bytes that stand for everything in it."""
        told = [self.id, self.at.isoformat(), self.kind, self.person_id, self.client_id, self.document]
        text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).digest()[:HALF]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Events that follow those of the block before; *entries* say which, and what each was.

    *hash* is bound to all blocks before; *head* is a JWT that says it, signed.
    """

    number: int
    last_id: int
    entries: bytes
    hash: str
    head: str
    sealed_at: datetime

    @property
    def events(self) -> int:
        """Return how many events it holds."""
        return len(self.entries) // ENTRY.size


@dataclass(frozen=True, slots=True)
class Difference:
    """The first event that is not as it was."""

    event_id: int
    change: Change


class AuditBlocks(Protocol):
    """The blocks, durable, and the events that they are made of."""

    def settled(self) -> int:
        """Return the number up to which no event is still to appear; new ones get higher numbers."""

    def newest(self) -> Block | None:
        """Return the last block."""

    def add(self, block: Block) -> bool:
        """Store the block; say whether there was none of this number."""

    def page(self, *, after: int, limit: int) -> tuple[Block, ...]:
        """Return the next *limit* blocks with higher numbers than *after*."""

    def logged(self, *, after: int, until: int, limit: int) -> tuple[LoggedEvent, ...]:
        """Return events with numbers above *after* and up to *until*, in their order."""


def entries_of(events: tuple[LoggedEvent, ...]) -> bytes:
    """Return what a block keeps of *events*."""
    return b"".join(ENTRY.pack(event.id, event.digest) for event in events)


def chained(previous: str, *, number: int, last_id: int, entries: bytes) -> str:
    """Return the hash of a block that follows the one whose hash is *previous*, base64url."""
    bound = f"{previous}\n{number}\n{last_id}\n".encode() + entries
    return base64url(hashlib.sha256(bound).digest())


def first_difference(entries: bytes, events: tuple[LoggedEvent, ...]) -> Difference | None:
    """Return the first event that is not as its block keeps it, or None where all are."""
    kept: dict[int, bytes] = dict(ENTRY.iter_unpack(entries))
    now = {event.id: event.digest for event in events}
    for number in sorted(kept.keys() | now.keys()):
        if number not in now:
            return Difference(number, "removed")
        if number not in kept:
            return Difference(number, "inserted")
        if kept[number] != now[number]:
            return Difference(number, "altered")
    return None
