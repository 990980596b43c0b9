"""Proving a transaction that was said yes to: by the ways that people have, each shown for it alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from idp.domain.accounts import Person
from idp.domain.assurance import CODE_ALONE, FACE, PASSWORD_ALONE, Factors, authentication_context
from idp.domain.audit import TransactionNotProved, TransactionProved
from idp.domain.authorization_details.types import TYPE
from idp.domain.clock import Clock
from idp.domain.errors import Refusal
from idp.domain.grants import Evidence
from idp.domain.ids import ClientId
from idp.domain.interaction.interaction import Interaction, Interactions
from idp.domain.interaction.proving import Proof, Way
from idp.domain.passkeys import Ceremonies, Passkey
from idp.domain.sessions import Session
from idp.domain.throttle import Throttle
from idp.domain.work import Records
from idp.services.challenges import Challenges, Fault
from idp.services.notices import Notices
from idp.services.proof_tries import ProofTries
from idp.services.sign_in.code import ConfirmCode
from idp.services.sign_in.confirm import ConfirmPassword
from idp.services.sign_in.password import Refused

NOT_FIT = Refused(kind="passkey")
Reason = (
    Fault
    | Literal[
        "unreadable", "unknown_passkey", "wrong_answer", "passkey_count", "wrong_password", "wrong_code"
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proving:
    """Takes proofs; each belongs to one visit, one session and one transaction."""

    records: Records
    interactions: Interactions
    ceremonies: Ceremonies
    challenges: Challenges
    confirm: ConfirmPassword
    tries: ProofTries
    confirm_code: ConfirmCode
    failures_of_address: Throttle
    warnings: Throttle
    notices: Notices
    clock: Clock

    def held(self, session: Session) -> frozenset[Way]:
        """Return the ways that the person has, but for the face."""
        with self.records.read() as work:
            has_passkey = bool(work.passkeys.of_person(session.person_id))
            has_codes = work.code_apps.of_person(session.person_id) is not None
        ways: dict[Way, bool] = {"passkey": has_passkey, "code": has_codes, "password": True}
        return frozenset(way for way, is_held in ways.items() if is_held)

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
        language: str,
    ) -> Interaction | Refused:
        """Return the visit with the proof in it, or why there is none.

        Of a passkey that may have been copied the person is told, in the *language* of the page.
        """
        failures = self.failures_of_address.peek(address)
        if not failures.allowed:
            return Refused(kind="busy", until=failures.until)
        if until := self.tries.paused_until(interaction, session):
            return Refused(kind="busy", until=until)
        passkey = self._fitting(interaction, session, answer)
        if not isinstance(passkey, Passkey):
            self.failures_of_address.hit(address)
            self.tries.failed(interaction, session)
            self._not_proved(interaction, session, passkey, tell=person, language=language)
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
        if until := self.tries.paused_until(interaction, session):
            return Refused(kind="busy", until=until)
        checked = self.confirm.check(person, session, password, address=address)
        if isinstance(checked, Refused):
            if checked.kind == "wrong":
                self.tries.failed(interaction, session)
                self._not_proved(interaction, session, "wrong_password")
            return checked
        return self._proved(interaction, session, person, PASSWORD_ALONE, {"method": "password"})

    def by_code(
        self, interaction: Interaction, session: Session, person: Person, code: str, *, address: str
    ) -> Interaction | Refused:
        """Return the visit with the code from an app as one of its proofs, or why it is not taken."""
        if until := self.tries.paused_until(interaction, session):
            return Refused(kind="busy", until=until)
        if refused := self.confirm_code.check(person.id, code, address=address):
            if refused.kind == "code":
                self.tries.failed(interaction, session)
                self._not_proved(interaction, session, "wrong_code")
            return refused
        return self._proved(interaction, session, person, CODE_ALONE, {"method": "code_app"})

    def by_face(
        self, interaction: Interaction, session: Session, person: Person, evidence: Evidence
    ) -> Interaction | Refused:
        """Return the visit with the face as its proof: it was judged live, and to be the person's."""
        return self._proved(interaction, session, person, FACE, evidence)

    def _fitting(
        self, interaction: Interaction, session: Session, answer: Mapping[str, Any]
    ) -> Passkey | Reason:
        try:
            challenge = self.ceremonies.challenge_of(answer)
            credential, _ = self.ceremonies.credential_of(answer)
        except Refusal:
            return "unreadable"
        passkey = next((each for each in self._own(session) if each.id == credential), None)
        if passkey is None:
            return "unknown_passkey"
        if fault := self.challenges.fault(challenge, _owner(interaction, session)):
            return fault
        try:
            count = self.ceremonies.check_use(answer, challenge=challenge, passkey=passkey)
        except Refusal:
            return "wrong_answer"
        with self.records.begin() as work:
            if work.passkeys.use(passkey.id, sign_count=count, at=self.clock.now()):
                return passkey
            # A count that does not go up may be that of a copied key; a removed passkey has none.
            return "passkey_count" if work.passkeys.get(passkey.id) else "unknown_passkey"

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
        event = TransactionProved(
            at=proof.at,
            person_id=session.person_id,
            client_id=_client_id(interaction),
            types=_types(interaction),
            amr=factors.amr,
        )
        with self.records.begin() as work:
            work.audit.append(event)
        return proven

    def _own(self, session: Session) -> tuple[Passkey, ...]:
        with self.records.read() as work:
            return work.passkeys.of_person(session.person_id)

    def _not_proved(
        self,
        interaction: Interaction,
        session: Session,
        reason: Reason,
        *,
        tell: Person | None = None,
        language: str = "",
    ) -> None:
        event = TransactionNotProved(
            at=self.clock.now(),
            person_id=session.person_id,
            client_id=_client_id(interaction),
            types=_types(interaction),
            reason=reason,
        )
        # Whoever has a copied passkey cannot have its person told without end.
        is_news = reason == "passkey_count" and self.warnings.hit(session.person_id).allowed
        with self.records.begin() as work:
            work.audit.append(event)
            if tell and is_news:
                self.notices.passkey_copied(work, tell, language=language)


def _client_id(interaction: Interaction) -> ClientId | None:
    return interaction.request.client_id if interaction.request else None


def _types(interaction: Interaction) -> tuple[str, ...]:
    request = interaction.request
    return tuple(dict.fromkeys(each[TYPE] for each in request.details)) if request else ()


def _owner(interaction: Interaction, session: Session) -> str:
    said = interaction.confirmation.transaction_hash if interaction.confirmation else ""
    return f"proof:{interaction.id}:{session.id}:{said}"
