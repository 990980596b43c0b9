"""Ends sessions that nobody signed out of until they became too old."""

from dataclasses import dataclass

from idp.services.sessions import SessionKeeper

BATCH = 100


@dataclass(frozen=True, slots=True)
class ExpireSessions:
    """Ends them as a sign-out would, so that grants end and relying parties are told."""

    sessions: SessionKeeper

    def run_once(self) -> int:
        """End one batch; return how many there were."""
        return self.sessions.end_expired(limit=BATCH)
