"""How often a proof may fail: of one person, in one browser, and for one relying party."""

from dataclasses import dataclass
from datetime import datetime

from idp.domain.interaction.interaction import Interaction
from idp.domain.sessions import Session
from idp.domain.throttle import Throttle


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofTries:
    """Counts what did not prove a transaction, whichever way it was tried."""

    of_person: Throttle
    of_browser: Throttle
    of_client: Throttle

    def paused_until(self, interaction: Interaction, session: Session) -> datetime | None:
        """Return until when nothing is tried any more, or None where it may be."""
        peeked = [counter.peek(key) for counter, key in self._counters(interaction, session)]
        return max((each.until for each in peeked if not each.allowed), default=None)

    def failed(self, interaction: Interaction, session: Session) -> None:
        """Count a failure."""
        for counter, key in self._counters(interaction, session):
            counter.hit(key)

    def _counters(self, interaction: Interaction, session: Session) -> tuple[tuple[Throttle, str], ...]:
        request = interaction.request
        return (
            (self.of_person, session.person_id),
            # A visit belongs to the browser that has the secret behind this digest.
            (self.of_browser, interaction.browser or ""),
            (self.of_client, request.client_id if request else ""),
        )
