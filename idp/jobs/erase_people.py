"""Erases the data of people who closed their accounts and did not take it back in time."""

from dataclasses import dataclass

from idp.services.closing import Closing

BATCH = 20


@dataclass(frozen=True, slots=True)
class ErasePeople:
    """Erases what is due."""

    closing: Closing

    def run_once(self) -> int:
        """Erase one batch; return how many people there were."""
        return self.closing.erase_due(limit=BATCH)
