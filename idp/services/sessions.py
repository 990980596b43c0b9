"""Keeping single sign-on sessions: opened at sign-in, found again, ended everywhere at once."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from idp.domain.accounts import Person
from idp.domain.assurance import Factors, authentication_context
from idp.domain.audit import SessionEnded, SignedIn
from idp.domain.claims.subject import Pseudonyms
from idp.domain.clock import Clock
from idp.domain.deliveries import LogoutDelivery
from idp.domain.devices import coarse_name
from idp.domain.errors import Unavailable
from idp.domain.ids import SessionId, digest, random_id, random_secret
from idp.domain.sessions import ExpiredSession, HotSessions, Session, SessionLife
from idp.domain.work import Records, UnitOfWork
from idp.services.notices import Notices

MAX_DEVICE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Browser:
    """What a sign-in comes from: *address* for throttling only, *secret* of an earlier session.

    *device_secret* is what the browser is known by from one sign-in to the next; *language* what it
    was spoken to in.
    """

    address: str
    device: str
    secret: str | None
    device_secret: str
    language: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A session, the secret that the browser gets, and the session that it had before."""

    session: Session
    secret: str
    older: Session | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionKeeper:
    """Finds sessions by the secret that the browser holds."""

    records: Records
    hot: HotSessions
    life: SessionLife
    pseudonyms: Pseudonyms
    clock: Clock
    notices: Notices

    def find(self, secret: str | None) -> Session | None:
        """Return the live session behind *secret*, and note that it was seen."""
        if not secret:
            return None
        token_digest, now = digest(secret), self.clock.now()
        session = self.hot.get(token_digest)
        if session is None:
            with self.records.read() as work:
                session = work.sessions.find(token_digest)
            if session is None or not session.is_live(now, self.life):
                return None
            return self._seen(session, now)
        if not session.is_live(now, self.life):
            return None
        if now - session.last_seen_at >= self.life.touch:
            return self._seen(session, now)
        return session

    def open(self, work: UnitOfWork, person: Person, factors: Factors, browser: Browser) -> Opened:
        """Begin a session under a new secret, in the caller's unit of work.

        The browser's older session goes on under the new secret if it is the same person's, so that
        portals which know it need not begin anew; another person's ends.
        """
        secret, now = random_secret(), self.clock.now()
        older = work.sessions.find(digest(browser.secret)) if browser.secret else None
        session = Session(
            id=SessionId(random_id()),
            token_digest=digest(secret),
            person_id=person.id,
            amr=factors.amr,
            acr=authentication_context(person.level, factors),
            auth_time=now,
            last_seen_at=now,
            expires_at=now + self.life.absolute,
            device=browser.device[:MAX_DEVICE],
        )
        renewed = replace(session, id=older.id) if older and self._is_same(older, session) else None
        if renewed and work.sessions.renew(renewed):
            session = renewed
        else:
            if older:
                own = older.person_id == person.id
                self.end(work, older, reason="expired" if own else "signed_in_again")
            work.sessions.add(session)
            # Before anybody can see the row: whoever ends the session drops this copy. That of a renewed one
            # would stay, for somebody may know it under its older secret.
            with suppress(Unavailable):
                self._copy(session)
        device = coarse_name(browser.device)
        work.audit.append(
            SignedIn(at=now, person_id=person.id, session_id=session.id, amr=session.amr, device=device)
        )
        self.notices.signed_in(
            work, person, device=device, secret=browser.device_secret, language=browser.language
        )
        return Opened(session, secret, older)

    def renew(self, work: UnitOfWork, session: Session) -> str | None:
        """Put the session under a new secret, in the caller's unit of work; None if it has ended.

        The caller lets :meth:`forget` follow when the unit of work is done.
        """
        secret = random_secret()
        renewed = replace(session, token_digest=digest(secret))
        return secret if work.sessions.renew(renewed) else None

    def end(self, work: UnitOfWork, session: Session | ExpiredSession, *, reason: str) -> None:
        """End the session and its grants, and queue what its parties are told, in the caller's unit of work.

        The caller lets :meth:`forget` follow when the unit of work is done.
        """
        now = self.clock.now()
        if work.sessions.revoke(session.id, now):
            work.grants.revoke_of_session(session.id, now)
            self._tell_parties(work, session, now)
            work.audit.append(
                SessionEnded(
                    at=now,
                    person_id=session.person_id,
                    session_id=session.id,
                    reason=reason,
                    device=coarse_name(session.device) if isinstance(session, Session) else "",
                )
            )

    def end_expired(self, *, limit: int) -> int:
        """End sessions that have become too old, *limit* at most; return how many.

        Each in a unit of work of its own: whoever holds many sessions and grants at once gets in others'
        way. One that cannot be ended keeps no other from it; its error is raised when no other is left.
        """
        ended, last, failure = 0, None, None
        while ended < limit:
            found = None
            try:
                with self.records.begin() as work:
                    found = work.sessions.expired(self.clock.now(), after=last)
                    if found:
                        self.end(work, found, reason="expired")
            except Exception as error:
                if found is None or isinstance(error, Unavailable):
                    raise
                failure = failure or error
            else:
                if found is None:
                    break
                self.forget(found)
                ended += 1
            last = found
        if failure and not ended:
            raise failure
        return ended

    def forget(self, session: Session | ExpiredSession) -> None:
        """Drop the copy of an ended session.

        What is ended stays ended when the copy cannot be reached: it is over at its next touch.
        """
        with suppress(Unavailable):
            self.hot.delete(session.token_digest)

    def _tell_parties(self, work: UnitOfWork, session: Session | ExpiredSession, now: datetime) -> None:
        for client_id in work.grants.parties(session.id):
            client = work.clients.get(client_id)
            if client and client.logout.backchannel_uri:
                work.deliveries.add(
                    LogoutDelivery(
                        id=random_id(),
                        client_id=client_id,
                        subject=self.pseudonyms.subject(session.person_id, client),
                        sid=self.pseudonyms.session(session.id, client),
                        uri=client.logout.backchannel_uri,
                        created_at=now,
                        due_at=now,
                    )
                )

    def _is_same(self, older: Session, newer: Session) -> bool:
        return older.person_id == newer.person_id and older.is_live(newer.auth_time, self.life)

    def _seen(self, session: Session, now: datetime) -> Session | None:
        # The copy is put before the row is touched: a session that is ended meanwhile either
        # deletes this copy itself or is found closed here, so no copy outlives its session.
        seen = replace(session, last_seen_at=now)
        self._copy(seen)
        with self.records.read() as work:
            if work.sessions.touch(session.token_digest, now):
                return seen
        self.hot.delete(session.token_digest)
        return None

    def _copy(self, session: Session) -> None:
        self.hot.put(session, ttl=self.life.idle + self.life.touch)
