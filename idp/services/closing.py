"""Closing an account: everything ends at once, and is erased unless the person takes it back in time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from idp.domain.audit import ClosingBegun, ClosingTakenBack, PersonErased
from idp.domain.clock import Clock
from idp.domain.errors import Unavailable
from idp.domain.ids import PersonId
from idp.domain.sessions import Session
from idp.domain.work import Records
from idp.services.notices import Notices
from idp.services.sessions import SessionKeeper


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """Closes accounts, keeps them after all, and erases those whose *grace* is over."""

    records: Records
    sessions: SessionKeeper
    notices: Notices
    clock: Clock
    grace: timedelta

    def close(self, session: Session, *, language: str) -> datetime | None:
        """Close the account, ending every session and grant; return when the data is erased.

        None says that it closes already, or that there is no such person.
        """
        now = self.clock.now()
        closes_at = now + self.grace
        with self.records.begin() as work:
            person = work.persons.get(session.person_id)
            if person is None or not work.persons.close(person.id, closes_at):
                return None
            ended = work.sessions.of_person(person.id)
            for each in ended:
                self.sessions.end(work, each, reason="closing")
            grants = work.grants.revoke_of_person(person.id, now, but=None)
            work.audit.append(
                ClosingBegun(
                    at=now, person_id=person.id, closes_at=closes_at, sessions=len(ended), grants=grants
                )
            )
            self.notices.closing(work, person, closes_at, language=language)
        for each in ended:
            self.sessions.forget(each)
        return closes_at

    def closes_at(self, session: Session) -> datetime | None:
        """Return when the data of the session's person is erased, if the account closes."""
        with self.records.read() as work:
            return work.persons.closes_at(session.person_id)

    def keep(self, session: Session) -> bool:
        """Take the closing back; say whether there was one. What it ended stays ended."""
        with self.records.begin() as work:
            if not work.persons.reopen(session.person_id):
                return False
            work.audit.append(ClosingTakenBack(at=self.clock.now(), person_id=session.person_id))
        return True

    def erase_due(self, *, limit: int) -> int:
        """Erase the data of people whose time is over, *limit* at most; return how many.

        Each in a unit of work of its own. One whose data cannot be erased keeps no other from it; its
        error is raised when nothing else was done.
        """
        erased, last, failure = 0, None, None
        while erased < limit:
            with self.records.read() as work:
                due = work.persons.due(self.clock.now(), limit=limit - erased, after=last)
            if not due:
                break
            for person_id in due:
                try:
                    erased += self._erase(person_id)
                except Unavailable:
                    raise
                except Exception as error:  # noqa: BLE001 - the others are still erased; it is raised below
                    failure = failure or error
            last = due[-1]
        if failure and not erased:
            raise failure
        return erased

    def _erase(self, person_id: PersonId) -> bool:
        now = self.clock.now()
        with self.records.begin() as work:
            if not work.persons.erase(person_id, now):
                return False
            # Somebody may have signed in to look whether it still closes.
            ended = work.sessions.of_person(person_id)
            for each in ended:
                self.sessions.end(work, each, reason="closed")
            work.sessions.erase_of_person(person_id)
            work.grants.erase_of_person(person_id)
            work.consents.erase_of_person(person_id)
            work.passkeys.erase_of_person(person_id)
            work.code_apps.remove(person_id)
            work.receipts.erase_of_person(person_id)
            work.face_templates.erase_of_person(person_id)
            work.known_browsers.erase_of_person(person_id)
            work.outbox.erase_of_person(person_id)
            work.audit.append(PersonErased(at=now, person_id=person_id))
        for each in ended:
            self.sessions.forget(each)
        return True
