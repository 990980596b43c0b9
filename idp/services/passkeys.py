"""A person's own passkeys: made, looked at, removed."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from idp.domain.accounts import Person
from idp.domain.audit import PasskeyAdded, PasskeyRemoved
from idp.domain.claims.subject import Pseudonyms
from idp.domain.clock import Clock
from idp.domain.errors import Refusal
from idp.domain.ids import SessionId, digest
from idp.domain.names import mask_name
from idp.domain.passkeys import MOST, Ceremonies, Passkey
from idp.domain.sessions import Session
from idp.domain.work import Records
from idp.services.challenges import Challenges
from idp.services.notices import Notices


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPasskeys:
    """What a person may do with the passkeys of the account; others' do not exist here."""

    records: Records
    ceremonies: Ceremonies
    challenges: Challenges
    pseudonyms: Pseudonyms
    notices: Notices
    clock: Clock

    def all(self, session: Session) -> tuple[Passkey, ...]:
        """Return the person's passkeys, oldest first."""
        with self.records.read() as work:
            return work.passkeys.of_person(session.person_id)

    def options(self, person: Person, session: Session) -> dict[str, Any]:
        """Return what the browser is asked to make."""
        return self.ceremonies.creation_options(
            challenge=self.challenges.give(_owner(session)),
            handle=self.pseudonyms.handle(person.id),
            name=mask_name(person.name),
            exclude=self.all(session),
        )

    def add(
        self, person: Person, session: Session, answer: Mapping[str, Any], *, name: str, language: str
    ) -> None:
        """Keep the passkey that was made, or refuse; the person is told of it."""
        challenge = self.ceremonies.challenge_of(answer)
        if not self.challenges.take(challenge, _owner(session)):
            raise Refusal("invalid_passkey", "The challenge is over, or another session's.")
        made = self.ceremonies.check_new(answer, challenge=challenge)
        now = self.clock.now()
        passkey = Passkey(**asdict(made), person_id=person.id, name=name, made_in=session.id, created_at=now)
        with self.records.begin() as work:
            if len(work.passkeys.of_person(person.id)) >= MOST:
                raise Refusal("too_many_passkeys", "The account has as many passkeys as it may.")
            if not work.passkeys.add(passkey):
                raise Refusal("invalid_passkey", "The passkey is known.")
            work.audit.append(
                PasskeyAdded(
                    at=now,
                    person_id=person.id,
                    session_id=session.id,
                    amr=passkey.factors.amr,
                    aaguid=passkey.aaguid,
                    attested=passkey.is_attested,
                )
            )
            self.notices.passkey_added(work, person, language=language)

    def find(self, session: Session, handle: str) -> Passkey | None:
        """Return the person's passkey that pages name *handle*."""
        return next((each for each in self.all(session) if handle_of(each) == handle), None)

    def made_in(self, session: Session, session_id: SessionId) -> tuple[Passkey, ...]:
        """Return those of the person's passkeys that were made in the session of that id."""
        return tuple(each for each in self.all(session) if each.made_in == session_id)

    def remove(self, person: Person, session: Session, passkey: Passkey, *, language: str) -> bool:
        """Let the passkey open nothing any more; say whether it was there. The person is told of it."""
        with self.records.begin() as work:
            if not work.passkeys.remove(person.id, passkey.id):
                return False
            work.audit.append(
                PasskeyRemoved(
                    at=self.clock.now(),
                    person_id=person.id,
                    session_id=session.id,
                    amr=passkey.factors.amr,
                    aaguid=passkey.aaguid,
                )
            )
            self.notices.passkey_removed(work, person, language=language)
        return True


def handle_of(passkey: Passkey) -> str:
    """Return what addresses of pages call the passkey."""
    return digest(passkey.id)


def _owner(session: Session) -> str:
    return f"new-passkey:{session.id}"
