"""Single sign-on sessions: one browser, one person, signed in once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from idp.domain.assurance import Level
from idp.domain.ids import PersonId, SessionId


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLife:
    """How long a session lasts: without use, at most, and how rarely its use is written down."""

    idle: timedelta
    absolute: timedelta
    touch: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A signed-in browser; the browser holds a random secret of which only *token_digest* is kept."""

    id: SessionId
    token_digest: str
    person_id: PersonId
    amr: tuple[str, ...]
    acr: Level
    auth_time: datetime
    last_seen_at: datetime
    expires_at: datetime
    device: str
    revoked_at: datetime | None = None

    def is_live(self, now: datetime, life: SessionLife) -> bool:
        """Say whether the session still counts: not revoked, not idle, not too old."""
        return (
            self.revoked_at is None
            and now < self.expires_at
            # Use is written down every *touch* at most, so an idle session may be that much older.
            and now - self.last_seen_at < life.idle + life.touch
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpiredSession:
    """As much of a session as is needed to end it; one whose other facts cannot be read ends too."""

    id: SessionId
    token_digest: str
    person_id: PersonId
    expires_at: datetime


class Sessions(Protocol):
    """The sessions, durable."""

    def add(self, session: Session) -> None:
        """Store the session."""

    def find(self, token_digest: str) -> Session | None:
        """Return the session whose browser holds the secret with this digest."""

    def of_person(self, person_id: PersonId) -> tuple[Session, ...]:
        """Return the person's sessions that were not revoked, newest first."""

    def renew(self, session: Session) -> bool:
        """Write the session over its older self; say whether that was still open."""

    def touch(self, token_digest: str, at: datetime) -> bool:
        """Write down that the session was seen; say whether it is open under this secret."""

    def revoke(self, session_id: SessionId, at: datetime) -> bool:
        """End the session; say whether it was open until now."""

    def erase_of_person(self, person_id: PersonId) -> int:
        """Forget all sessions of the person, ended or not; return how many."""

    def expired(self, now: datetime, *, after: ExpiredSession | None) -> ExpiredSession | None:
        """Return the oldest open session that is too old and comes behind *after*, for the caller alone."""

    def purge(self, before: datetime, *, limit: int) -> int:
        """Forget ended sessions whose time was over before then; return how many."""


class HotSessions(Protocol):
    """Copies of live sessions close at hand, so that a visit needs no database."""

    def get(self, token_digest: str) -> Session | None:
        """Return the copy, if there is one."""

    def put(self, session: Session, *, ttl: timedelta) -> None:
        """Keep a copy for *ttl*."""

    def delete(self, token_digest: str) -> None:
        """Forget the copy."""
