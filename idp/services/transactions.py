"""The person's answer to a relying party that asks leave for a transaction."""

from dataclasses import dataclass

from idp.domain.audit import TransactionChanged, TransactionConfirmed, TransactionRefused
from idp.domain.authorization_details.shown import ShownDetail, show, transaction_hash, transaction_of
from idp.domain.authorization_details.types import TYPE, Detail, DetailTypes
from idp.domain.clock import Clock
from idp.domain.errors import Refusal
from idp.domain.interaction.interaction import Confirmation, Interaction, Interactions
from idp.domain.sessions import Session
from idp.domain.work import Records
from idp.services.asking import Asking

CHANGED = Refusal("access_denied", "What the person confirmed is not what was asked for.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirming:
    """Shows what is asked for, and keeps the answer."""

    records: Records
    interactions: Interactions
    types: DetailTypes
    asking: Asking
    clock: Clock

    def question(self, interaction: Interaction, language: str) -> tuple[tuple[ShownDetail, ...], str]:
        """Return what the page shows, and its hash, which comes back with the answer."""
        details = _details(interaction)
        return show(details, self.types, language), transaction_hash(details, self.types, language)

    def confirm(self, interaction: Interaction, session: Session, shown: str) -> Interaction | None:
        """Keep a yes to what had the hash *shown*; None when that is not what the visit asks for."""
        transaction = transaction_of(_details(interaction), self.types)
        if transaction is None or shown not in transaction.hashes:
            self._write(interaction, session, TransactionChanged)
            return None
        self._write(interaction, session, TransactionConfirmed)
        answered = interaction.confirmed(Confirmation(session_id=session.id, transaction_hash=shown))
        self.interactions.replace(interaction, answered)
        return answered

    def refuse(self, interaction: Interaction, session: Session) -> None:
        """Write down a no, and count it."""
        self._write(interaction, session, TransactionRefused)
        self.asking.refused(interaction, session)

    def _write(
        self,
        interaction: Interaction,
        session: Session,
        kind: type[TransactionConfirmed] | type[TransactionRefused] | type[TransactionChanged],
    ) -> None:
        event = kind(
            at=self.clock.now(),
            person_id=session.person_id,
            client_id=interaction.request.client_id if interaction.request else None,
            types=tuple(dict.fromkeys(detail[TYPE] for detail in _details(interaction))),
        )
        with self.records.begin() as work:
            work.audit.append(event)


def _details(interaction: Interaction) -> tuple[Detail, ...]:
    return interaction.request.details if interaction.request else ()
