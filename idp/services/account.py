"""A person's own overview: where he or she is signed in, and who may see what."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from idp.domain.accounts import Person
from idp.domain.audit import ConsentWithdrawn
from idp.domain.clients import Client
from idp.domain.clock import Clock
from idp.domain.grants import Consent
from idp.domain.ids import ClientId
from idp.domain.sessions import Session
from idp.domain.work import Records, UnitOfWork
from idp.services.sessions import SessionKeeper


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """How much there is on the other pages."""

    devices: int
    authorisations: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What a signed-in person may look at and end; others' things do not exist here."""

    records: Records
    sessions: SessionKeeper
    clock: Clock

    def person(self, session: Session) -> Person | None:
        """Return the person of *session*, or None when he or she is gone."""
        with self.records.read() as work:
            return work.persons.get(session.person_id)

    def overview(self, session: Session) -> Overview:
        """Return what the overview counts."""
        with self.records.read() as work:
            return Overview(
                devices=len(self._live(work, session)),
                authorisations=len(self._standing(work, session)),
            )

    def devices(self, session: Session) -> tuple[tuple[Session, tuple[ClientId, ...]], ...]:
        """Return the person's live sessions, newest first, each with the clients that it visited."""
        with self.records.read() as work:
            live = self._live(work, session)
            parties = work.grants.parties_of(tuple(each.id for each in live))
        return tuple((each, parties.get(each.id, ())) for each in live)

    def consents(self, session: Session) -> tuple[tuple[Consent, datetime | None], ...]:
        """Return the person's consents, newest first, each with how long it lasts while he or she is away."""
        with self.records.read() as work:
            given = self._standing(work, session)
            offline = work.grants.offline_until(session.person_id, self.clock.now())
        return tuple((each, offline.get(each.client_id)) for each in given)

    def _standing(self, work: UnitOfWork, session: Session) -> tuple[Consent, ...]:
        given = work.consents.of_person(session.person_id)
        now = self.clock.now()
        if not any(each.is_once for each in given):
            return tuple(each for each in given if not each.is_over(now))
        # What was allowed once works as long as the session that it was given in.
        visited = work.grants.parties_of(tuple(each.id for each in self._live(work, session)))
        used = {client_id for parties in visited.values() for client_id in parties}
        return tuple(
            each for each in given if (each.client_id in used if each.is_once else not each.is_over(now))
        )

    def consent(self, session: Session, client_id: ClientId) -> Consent | None:
        """Return the person's consent to the client."""
        with self.records.read() as work:
            return work.consents.get(session.person_id, client_id)

    def end_session(self, session: Session, handle: str) -> bool:
        """End one of the person's own sessions; say whether there was such a one."""
        return bool(self._end(session, lambda each: each.id == handle, reason="by_person"))

    def end_all(self, session: Session) -> int:
        """End all of the person's sessions, this one too; return how many."""
        return self._end(session, lambda _: True, reason="by_person")

    def end_others(self, session: Session) -> int:
        """End all of the person's sessions but this one; return how many."""
        return self._end(session, lambda each: each.id != session.id, reason="by_person")

    def sign_out(self, session: Session, *, reason: str) -> None:
        """End this session."""
        with self.records.begin() as work:
            self.sessions.end(work, session, reason=reason)
        self.sessions.forget(session)

    def withdraw(self, session: Session, client: Client) -> bool:
        """Take the consent to *client* back, and end every grant under it; say whether there was one."""
        now, client_id = self.clock.now(), client.client_id
        with self.records.begin() as work:
            given = work.consents.get(session.person_id, client_id)
            if given is None or given.is_by_law(client.ground):
                return False
            work.consents.delete(session.person_id, client_id)
            fallen = work.grants.revoke_of_consent(session.person_id, client_id, now)
            work.audit.append(
                ConsentWithdrawn(at=now, person_id=session.person_id, client_id=client_id, grants=fallen)
            )
        return True

    def _live(self, work: UnitOfWork, session: Session) -> tuple[Session, ...]:
        now, life = self.clock.now(), self.sessions.life
        return tuple(each for each in work.sessions.of_person(session.person_id) if each.is_live(now, life))

    def _end(self, session: Session, chosen: Callable[[Session], bool], *, reason: str) -> int:
        with self.records.read() as work:
            ended = [each for each in work.sessions.of_person(session.person_id) if chosen(each)]
        for each in ended:
            # One at a time: whoever holds the grants of several waits in a circle with who ends a client's.
            with self.records.begin() as work:
                self.sessions.end(work, each, reason=reason)
            self.sessions.forget(each)
        return len(ended)
