"""Sessions."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, tuple_, update

from idp.domain.ids import PersonId, SessionId
from idp.domain.sessions import ExpiredSession, Session
from idp.storage.codec import Codec
from idp.storage.tables import SESSION
from idp.storage.tables.base import Moment

SESSIONS = Codec(Session)
ADD = insert(SESSION)
READ = select(SESSION.c.document, SESSION.c.last_seen_at, SESSION.c.revoked_at)
FIND = READ.where(SESSION.c.token_digest == bindparam("token_digest"))
IS_OPEN = SESSION.c.revoked_at.is_(None)
OF_PERSON = READ.where(SESSION.c.person_id == bindparam("person_id"), IS_OPEN)
ERASE_OF_PERSON = delete(SESSION).where(SESSION.c.person_id == bindparam("person_id"))
THIS_IF_OPEN = update(SESSION).where(SESSION.c.id == bindparam("session_id"), IS_OPEN)
RENEW = THIS_IF_OPEN.values(
    token_digest=bindparam("digest"),
    expires_at=bindparam("expires"),
    last_seen_at=bindparam("at"),
    document=bindparam("text"),
)
TOUCH = (
    update(SESSION)
    .where(SESSION.c.token_digest == bindparam("digest"), IS_OPEN)
    .values(last_seen_at=bindparam("at"))
)
REVOKE = THIS_IF_OPEN.values(revoked_at=bindparam("at"))
# Locked until the unit of work ends: nobody comes back to a session that is being ended, and two
# nodes never look at the same one.
PLACE = tuple_(SESSION.c.expires_at, SESSION.c.id)
EXPIRED = (
    select(SESSION.c.id, SESSION.c.token_digest, SESSION.c.person_id, SESSION.c.expires_at)
    .where(IS_OPEN, SESSION.c.expires_at <= bindparam("now"))
    .where(tuple_(bindparam("after_moment", type_=Moment), bindparam("after_id")) < PLACE)
    .order_by(SESSION.c.expires_at, SESSION.c.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
LONG_OVER = (
    select(SESSION.c.id)
    .where(SESSION.c.expires_at < bindparam("before"), SESSION.c.revoked_at.is_not(None))
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
PURGE = delete(SESSION).where(SESSION.c.id.in_(LONG_OVER))


class SqlSessions:
    """Implements Sessions."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, session: Session) -> None:
        """Store the session."""
        row = {
            "id": session.id,
            "token_digest": session.token_digest,
            "person_id": session.person_id,
            "expires_at": session.expires_at,
            "last_seen_at": session.last_seen_at,
            "revoked_at": session.revoked_at,
            "document": SESSIONS.encode(session),
        }
        self._connection.execute(ADD, row)

    def find(self, token_digest: str) -> Session | None:
        """Return the session whose browser holds the secret with this digest."""
        row = self._connection.execute(FIND, {"token_digest": token_digest}).one_or_none()
        return None if row is None else _read(row)

    def of_person(self, person_id: PersonId) -> tuple[Session, ...]:
        """Return the person's sessions that were not revoked, newest first."""
        found = map(_read, self._connection.execute(OF_PERSON, {"person_id": person_id}))
        return tuple(sorted(found, key=lambda session: session.auth_time, reverse=True))

    def renew(self, session: Session) -> bool:
        """Write the session over its older self; say whether that was still open."""
        values = {
            "session_id": session.id,
            "digest": session.token_digest,
            "expires": session.expires_at,
            "at": session.last_seen_at,
            "text": SESSIONS.encode(session),
        }
        return self._connection.execute(RENEW, values).rowcount == 1

    def touch(self, token_digest: str, at: datetime) -> bool:
        """Write down that the session was seen; say whether it is open under this secret."""
        return self._connection.execute(TOUCH, {"digest": token_digest, "at": at}).rowcount == 1

    def revoke(self, session_id: SessionId, at: datetime) -> bool:
        """End the session; say whether it was open until now."""
        return self._connection.execute(REVOKE, {"session_id": session_id, "at": at}).rowcount == 1

    def erase_of_person(self, person_id: PersonId) -> int:
        """Forget all sessions of the person, ended or not; return how many."""
        return self._connection.execute(ERASE_OF_PERSON, {"person_id": person_id}).rowcount

    def expired(self, now: datetime, *, after: ExpiredSession | None) -> ExpiredSession | None:
        """Return the oldest open session that is too old and comes behind *after*, for the caller alone."""
        values = {
            "now": now,
            "after_moment": after.expires_at if after else LONG_AGO,
            "after_id": after.id if after else "",
        }
        row = self._connection.execute(EXPIRED, values).one_or_none()
        return ExpiredSession(**row._mapping) if row else None  # noqa: SLF001 - a public name of its rows

    def purge(self, before: datetime, *, limit: int) -> int:
        """Forget ended sessions whose time was over before then; return how many."""
        return self._connection.execute(PURGE, {"before": before, "most": limit}).rowcount


def _read(row: Row[Any, Any, Any]) -> Session:
    return replace(SESSIONS.decode(row.document), last_seen_at=row.last_seen_at, revoked_at=row.revoked_at)
