"""How often a relying party may come to one person with transactions: not without end, nor after many no."""

from dataclasses import dataclass
from datetime import timedelta

from idp.domain.audit import HeldBack, TransactionHeldBack
from idp.domain.authorization_details.types import TYPE
from idp.domain.clock import Clock
from idp.domain.errors import Refusal
from idp.domain.interaction.interaction import Interaction
from idp.domain.sessions import Session
from idp.domain.stores import OneTimeStore
from idp.domain.throttle import Throttle
from idp.domain.work import Records

# Longer than any visit lives: each is counted once for each person, however often its page is looked at.
COUNTED = timedelta(days=1)
# What is held back again and again is written down once in so long.
TOLD = timedelta(hours=1)
REFUSALS: dict[HeldBack, Refusal] = {
    "asked_often": Refusal("temporarily_unavailable", "The person is asked for transactions too often."),
    "refused_often": Refusal("access_denied", "The person said no too often to be asked again now."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Counts pages and refusals by relying party and person.

    Whoever was asked too often might say yes to be left alone: after so many *refusals* it is *quiet*.
    """

    asks: Throttle
    refusals: Throttle
    quiet: Throttle
    once: OneTimeStore
    records: Records
    clock: Clock

    def hold_back(self, interaction: Interaction, session: Session) -> Refusal | None:
        """Return what the relying party is told instead of the page, or None where it may be shown."""
        reason = self._reason(interaction, session)
        if reason is None:
            return None
        if self.once.claim(f"held-back:{reason}:{_key(interaction, session)}", ttl=TOLD):
            self._write(interaction, session, reason)
        return REFUSALS[reason]

    def refused(self, interaction: Interaction, session: Session) -> None:
        """Count a no."""
        key = _key(interaction, session)
        if self.refusals.hit(key).remaining == 0:
            self.refusals.clear(key)
            self.quiet.hit(key)

    def _reason(self, interaction: Interaction, session: Session) -> HeldBack | None:
        key = _key(interaction, session)
        if not self.quiet.peek(key).allowed:
            return "refused_often"
        is_new = self.once.claim(f"asked:{interaction.id}:{session.person_id}", ttl=COUNTED)
        return "asked_often" if is_new and not self.asks.hit(key).allowed else None

    def _write(self, interaction: Interaction, session: Session, reason: HeldBack) -> None:
        request = interaction.request
        event = TransactionHeldBack(
            at=self.clock.now(),
            person_id=session.person_id,
            client_id=request.client_id if request else None,
            types=tuple(dict.fromkeys(each[TYPE] for each in request.details)) if request else (),
            reason=reason,
        )
        with self.records.begin() as work:
            work.audit.append(event)


def _key(interaction: Interaction, session: Session) -> str:
    request = interaction.request
    return f"{request.client_id if request else ''}:{session.person_id}"
