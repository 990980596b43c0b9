"""A person's own overview: where he or she is signed in, and who may see what."""

from collections.abc import Callable
from dataclasses import dataclass

from idp.domain.accounts import Person
from idp.domain.audit import ConsentWithdrawn
from idp.domain.clock import Clock
from idp.domain.grants import Consent
from idp.domain.ids import ClientId, SessionId
from idp.domain.sessions import Session
from idp.domain.work import Records
from idp.services.sessions import SessionKeeper


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What the account page shows; *parties* are the clients each session visited."""

    person: Person
    sessions: tuple[Session, ...]
    parties: dict[SessionId, tuple[ClientId, ...]]
    consents: tuple[Consent, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What a signed-in person may look at and end; others' things do not exist here."""

    records: Records
    sessions: SessionKeeper
    clock: Clock

    def overview(self, session: Session) -> Overview | None:
        """Return everything about the person of *session*, or None when he or she is gone."""
        now = self.clock.now()
        with self.records.read() as work:
            person = work.persons.get(session.person_id)
            if person is None:
                return None
            live = tuple(
                each
                for each in work.sessions.of_person(session.person_id)
                if each.is_live(now, self.sessions.life)
            )
            return Overview(
                person=person,
                sessions=live,
                parties={each.id: work.grants.parties(each.id) for each in live},
                consents=work.consents.of_person(session.person_id),
            )

    def end_session(self, session: Session, handle: str) -> bool:
        """End one of the person's own sessions; say whether there was such a one."""
        return bool(self._end(session, lambda each: each.id == handle, reason="by_person"))

    def end_others(self, session: Session) -> int:
        """End all of the person's sessions but this one; return how many."""
        return self._end(session, lambda each: each.id != session.id, reason="by_person")

    def sign_out(self, session: Session, *, reason: str) -> None:
        """End this session."""
        with self.records.begin() as work:
            self.sessions.end(work, session, reason=reason)
        self.sessions.forget(session)

    def withdraw(self, session: Session, client_id: ClientId) -> bool:
        """Take the consent to *client_id* back, and end every grant under it."""
        now = self.clock.now()
        with self.records.begin() as work:
            if not work.consents.delete(session.person_id, client_id):
                return False
            fallen = work.grants.revoke_of_consent(session.person_id, client_id, now)
            work.audit.append(
                ConsentWithdrawn(at=now, person_id=session.person_id, client_id=client_id, grants=fallen)
            )
        return True

    def _end(self, session: Session, chosen: Callable[[Session], bool], *, reason: str) -> int:
        with self.records.begin() as work:
            ended = [each for each in work.sessions.of_person(session.person_id) if chosen(each)]
            for each in ended:
                self.sessions.end(work, each, reason=reason)
        for each in ended:
            self.sessions.forget(each)
        return len(ended)
