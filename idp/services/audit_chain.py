"""Chaining the audit log, and telling whether it is as it was."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from idp.domain.audit_chain import MOST_EVENTS, Block, Change, chained, entries_of, first_difference
from idp.domain.clock import Clock
from idp.domain.keys import KeyState, SigningKey
from idp.domain.work import Records
from idp.protocol.tokens.audit_head import AuditHeads, Head

PAGE = 100
HIGHEST = 2**63 - 1
Fault = Literal["block", "signature", "gap", "end"] | Change
Found = tuple[Fault, int] | tuple[None, None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What was checked, and the first thing that is not as it was: a *fault* of the block or event *at*.

    *waiting* are events that no block holds yet.
    """

    blocks: int = 0
    events: int = 0
    waiting: int = 0
    fault: Fault | None = None
    at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditChain:
    """Binds events into blocks a moment after they were written, so that nobody waits for it who signs in."""

    records: Records
    heads: AuditHeads
    clock: Clock

    def run_once(self) -> int:
        """Bind the next events into a block; return how many there were."""
        with self.records.read() as work:
            last = work.audit_blocks.newest()
            after = last.last_id if last else 0
            if not work.audit_blocks.logged(after=after, until=HIGHEST, limit=1):
                return 0
        with self.records.begin() as work:
            until = work.audit_blocks.settled()
        with self.records.read() as work:
            events = work.audit_blocks.logged(after=after, until=until, limit=MOST_EVENTS)
        if not events:
            return 0
        now = self.clock.now()
        loose = Block(
            number=last.number + 1 if last else 1,
            last_id=events[-1].id,
            entries=entries_of(events),
            hash="",
            head="",
            sealed_at=now,
        )
        bound = replace(loose, hash=_hash_of(loose, last))
        block = replace(bound, head=self.heads.sign(_said_by(bound), now))
        with self.records.begin() as work:
            # On several nodes one is first; the others look again at their next turn.
            return len(events) if work.audit_blocks.add(block) else 0

    def head(self) -> Block | None:
        """Return the newest block."""
        with self.records.read() as work:
            return work.audit_blocks.newest()

    def verify(
        self, *, since: datetime | None = None, until: datetime | None = None, kept: str | None = None
    ) -> Checked:
        """Check the chain from its beginning, and the events of blocks made within *since* and *until*.

        *kept* is a head that somebody kept elsewhere: a chain without it was cut off, or made anew.
        """
        with self.records.read() as work:
            keys = work.keys.all()
        promised = self.heads.read(kept, keys) if kept else None
        if kept and promised is None:
            return Checked(fault="signature")
        seen, block = Checked(), None
        for block, before in self._pairs():
            fault, at = self._fault(block, before, keys)
            if fault is None and promised and promised.number == block.number and promised.hash != block.hash:
                fault, at = "end", block.number
            is_asked = (since or block.sealed_at) <= block.sealed_at <= (until or block.sealed_at)
            if fault is None and is_asked:
                fault, at = self._changed(block, before)
            if fault:
                return replace(seen, fault=fault, at=at)
            seen = replace(seen, blocks=seen.blocks + 1, events=seen.events + block.events * is_asked)
        if promised and (block is None or promised.number > block.number):
            return replace(seen, fault="end", at=block.number + 1 if block else 1)
        # Older heads are bound by this one, whoever has their keys by now.
        good = tuple(key for key in keys if key.state is not KeyState.REVOKED)
        if block and self.heads.read(block.head, good) is None:
            return replace(seen, fault="signature", at=block.number)
        return replace(seen, waiting=self._waiting(block))

    def _pairs(self) -> Iterator[tuple[Block, Block | None]]:
        before, page = None, self._page(None)
        while page:
            for block in page:
                yield block, before
                before = block
            page = self._page(before)

    def _page(self, before: Block | None) -> tuple[Block, ...]:
        with self.records.read() as work:
            return work.audit_blocks.page(after=before.number if before else 0, limit=PAGE)

    def _fault(self, block: Block, before: Block | None, keys: tuple[SigningKey, ...]) -> Found:
        number, last_id = (before.number, before.last_id) if before else (0, 0)
        if block.number != number + 1:
            return "gap", number + 1
        if _hash_of(block, before) != block.hash or block.last_id <= last_id:
            return "block", block.number
        if self.heads.read(block.head, keys) != _said_by(block):
            return "signature", block.number
        return None, None

    def _changed(self, block: Block, before: Block | None) -> Found:
        after = before.last_id if before else 0
        with self.records.read() as work:
            logged = work.audit_blocks.logged(after=after, until=block.last_id, limit=2 * MOST_EVENTS)
        found = first_difference(block.entries, logged)
        return (found.change, found.event_id) if found else (None, None)

    def _waiting(self, newest: Block | None) -> int:
        after = newest.last_id if newest else 0
        with self.records.read() as work:
            return len(work.audit_blocks.logged(after=after, until=HIGHEST, limit=MOST_EVENTS))


def _hash_of(block: Block, before: Block | None) -> str:
    previous = before.hash if before else ""
    return chained(previous, number=block.number, last_id=block.last_id, entries=block.entries)


def _said_by(block: Block) -> Head:
    return Head(number=block.number, hash=block.hash, last_id=block.last_id)
