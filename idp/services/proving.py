"""Proving a transaction that was said yes to: by a passkey, and by the password where two ways are needed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from idp.domain.accounts import Person
from idp.domain.assurance import FACE, PASSWORD_ALONE, Factors, authentication_context
from idp.domain.audit import TransactionNotProved, TransactionProved
from idp.domain.authorization_details.types import TYPE
from idp.domain.clock import Clock
from idp.domain.errors import Refusal
from idp.domain.grants import Evidence
from idp.domain.interaction.interaction import Interaction, Interactions
from idp.domain.interaction.proving import Proof
from idp.domain.passkeys import Ceremonies, Passkey
from idp.domain.sessions import Session
from idp.domain.throttle import Throttle
from idp.domain.work import Records
from idp.services.challenges import Challenges
from idp.services.sign_in.confirm import ConfirmPassword
from idp.services.sign_in.password import Refused

NOT_FIT = Refused(kind="passkey")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proving:
    """Takes proofs; each belongs to one visit, one session and one transaction."""

    records: Records
    interactions: Interactions
    ceremonies: Ceremonies
    challenges: Challenges
    confirm: ConfirmPassword
    failures_of_address: Throttle
    clock: Clock

    def has_passkey(self, session: Session) -> bool:
        """Say whether the person has a passkey to prove it with."""
        return bool(self._own(session))

    def options(self, interaction: Interaction, session: Session) -> dict[str, Any]:
        """Return what the browser is asked to sign for this transaction."""
        challenge = self.challenges.give(_owner(interaction, session))
        return self.ceremonies.request_options(challenge=challenge, allow=self._own(session))

    def by_passkey(
        self,
        interaction: Interaction,
        session: Session,
        person: Person,
        answer: Mapping[str, Any],
        *,
        address: str,
    ) -> Interaction | Refused:
        """Return the visit with the proof in it, or why there is none."""
        failures = self.failures_of_address.peek(address)
        if not failures.allowed:
            return Refused(kind="busy", until=failures.until)
        passkey = self._fitting(interaction, session, answer)
        if passkey is None:
            self.failures_of_address.hit(address)
            self._write(interaction, session, TransactionNotProved)
            return NOT_FIT
        evidence = {
            "method": "passkey",
            "key": "synced" if passkey.is_synced else "device_bound",
            # The model itself is no business of the relying party's.
            "attested": "yes" if passkey.is_attested else "no",
        }
        return self._proved(interaction, session, person, passkey.factors, evidence)

    def by_password(
        self, interaction: Interaction, session: Session, person: Person, password: str, *, address: str
    ) -> Interaction | Refused:
        """Return the visit with the password as one of its proofs, or why it is not taken."""
        checked = self.confirm.check(person, session, password, address=address)
        if isinstance(checked, Refused):
            return checked
        return self._proved(interaction, session, person, PASSWORD_ALONE, {"method": "password"})

    def by_face(
        self, interaction: Interaction, session: Session, person: Person, evidence: Evidence
    ) -> Interaction | Refused:
        """Return the visit with the face as its proof: it was judged live, and to be the person's."""
        return self._proved(interaction, session, person, FACE, evidence)

    def _fitting(
        self, interaction: Interaction, session: Session, answer: Mapping[str, Any]
    ) -> Passkey | None:
        try:
            challenge = self.ceremonies.challenge_of(answer)
            credential, _ = self.ceremonies.credential_of(answer)
            passkey = next((each for each in self._own(session) if each.id == credential), None)
            if passkey is None or not self.challenges.take(challenge, _owner(interaction, session)):
                return None
            count = self.ceremonies.check_use(answer, challenge=challenge, passkey=passkey)
        except Refusal:
            return None
        with self.records.begin() as work:
            counts = work.passkeys.use(passkey.id, sign_count=count, at=self.clock.now())
        return passkey if counts else None

    def _proved(
        self,
        interaction: Interaction,
        session: Session,
        person: Person,
        factors: Factors,
        evidence: Evidence,
    ) -> Interaction | Refused:
        said = interaction.confirmation
        if said is None or said.session_id != session.id:
            return NOT_FIT
        proof = Proof(
            session_id=session.id,
            transaction_hash=said.transaction_hash,
            amr=factors.amr,
            level=authentication_context(person.level, factors),
            at=self.clock.now(),
            evidence=evidence,
        )
        proven = interaction.proved(proof)
        if not self.interactions.replace(interaction, proven):
            return NOT_FIT
        self._write(interaction, session, TransactionProved, amr=factors.amr)
        return proven

    def _own(self, session: Session) -> tuple[Passkey, ...]:
        with self.records.read() as work:
            return work.passkeys.of_person(session.person_id)

    def _write(
        self,
        interaction: Interaction,
        session: Session,
        kind: type[TransactionProved] | type[TransactionNotProved],
        **more: Any,
    ) -> None:
        request = interaction.request
        event = kind(
            at=self.clock.now(),
            person_id=session.person_id,
            client_id=request.client_id if request else None,
            types=tuple(dict.fromkeys(each[TYPE] for each in request.details)) if request else (),
            **more,
        )
        with self.records.begin() as work:
            work.audit.append(event)


def _owner(interaction: Interaction, session: Session) -> str:
    said = interaction.confirmation.transaction_hash if interaction.confirmation else ""
    return f"proof:{interaction.id}:{session.id}:{said}"
