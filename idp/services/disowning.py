"""This was not me: a person disowns a sign-in, a release, a passkey or an app; what hangs on it is ended."""

from dataclasses import dataclass

from idp.domain.accounts import Person
from idp.domain.audit import Disowned, GrantIssued, PasskeyAdded, SignedIn
from idp.domain.audit_of_codes import CodeAppAdded
from idp.domain.clock import Clock
from idp.domain.sessions import Session
from idp.domain.work import Records
from idp.services.code_apps import OwnCodeApp
from idp.services.passkeys import OwnPasskeys
from idp.services.sessions import SessionKeeper

KINDS = (SignedIn, GrantIssued, PasskeyAdded, CodeAppAdded)
Disownable = SignedIn | GrantIssued | PasskeyAdded | CodeAppAdded


@dataclass(frozen=True, slots=True)
class Ended:
    """How many sessions were ended; *here* if the session that asked for it was one of them."""

    sessions: int
    here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Disowning:
    """Ends what a person says was not his or hers; others' events do not exist here."""

    records: Records
    sessions: SessionKeeper
    passkeys: OwnPasskeys
    code_apps: OwnCodeApp
    clock: Clock

    def find(self, session: Session, number: int) -> Disownable | None:
        """Return the person's own event, if it is one that can be disowned."""
        with self.records.read() as work:
            entry = work.audit.find(session.person_id, KINDS, number)
        event = entry.event if entry else None
        return event if isinstance(event, Disownable) else None

    def disown(
        self, person: Person, session: Session, number: int, *, others: bool, language: str
    ) -> Ended | None:
        """End the session of the event and all that was granted in it; None if there is no such event.

        What was added in it to prove oneself with is removed first, lest it open new ones meanwhile.

        With *others* the person's other sessions end too, except the one that asks. That one ends only
        if the event is its own. A permission that was used for a release is taken back.
        """
        event = self.find(session, number)
        if event is None:
            return None
        for passkey in self.passkeys.made_in(session, event.session_id):
            self.passkeys.remove(person, session, passkey, language=language)
        if self.code_apps.made_in(session, event.session_id):
            self.code_apps.remove(person, session, language=language)
        with self.records.read() as work:
            falling = [
                each
                for each in work.sessions.of_person(session.person_id)
                if each.id == event.session_id or (others and each.id != session.id)
            ]
        for each in falling:
            # One at a time, as with every end of several sessions.
            with self.records.begin() as work:
                self.sessions.end(work, each, reason="disowned")
                work.grants.revoke_given_in(each.id, self.clock.now())
            self.sessions.forget(each)
        with self.records.begin() as work:
            work.grants.revoke_given_in(event.session_id, self.clock.now())
            if isinstance(event, GrantIssued) and event.client_id:
                work.consents.delete(session.person_id, event.client_id)
                work.grants.revoke_of_consent(session.person_id, event.client_id, self.clock.now())
            work.audit.append(
                Disowned(
                    at=self.clock.now(),
                    person_id=session.person_id,
                    client_id=event.client_id,
                    session_id=event.session_id,
                    grant_id=event.grant_id if isinstance(event, GrantIssued) else None,
                    sessions=len(falling),
                    passkey=isinstance(event, PasskeyAdded),
                    code_app=isinstance(event, CodeAppAdded),
                )
            )
        return Ended(len(falling), here=event.session_id == session.id)
