"""Forgets rows that nobody needs any more; the audit log stays."""

from dataclasses import dataclass
from datetime import timedelta

from idp.domain import receipts
from idp.domain.clock import Clock
from idp.domain.work import Records

BATCH = 500
KEPT = timedelta(days=30)
# A browser that was not used for so long is a new one.
BROWSERS_KEPT = timedelta(days=400)


@dataclass(frozen=True, slots=True, kw_only=True)
class Purge:
    """Forgets what was over *KEPT* ago: sessions, grants, notices, leave to register, messages."""

    records: Records
    clock: Clock

    def run_once(self) -> int:
        """Forget one batch of each; return how many rows there were."""
        before = self.clock.now() - KEPT
        # A unit of work each: a lock on one table never waits for another.
        with self.records.begin() as work:
            deliveries = work.deliveries.purge(before, limit=BATCH)
        with self.records.begin() as work:
            grants = work.grants.purge(before, limit=BATCH)
        with self.records.begin() as work:
            sessions = work.sessions.purge(before, limit=BATCH)
        with self.records.begin() as work:
            tokens = work.initial_tokens.purge(before, limit=BATCH)
        with self.records.begin() as work:
            messages = work.outbox.purge(before, limit=BATCH)
        with self.records.begin() as work:
            browsers = work.known_browsers.purge(self.clock.now() - BROWSERS_KEPT, limit=BATCH)
        with self.records.begin() as work:
            old = work.receipts.purge(self.clock.now() - receipts.KEPT, limit=BATCH)
        with self.records.begin() as work:
            faces = work.face_templates.purge(self.clock.now(), limit=BATCH)
        return deliveries + grants + sessions + tokens + messages + browsers + old + faces
