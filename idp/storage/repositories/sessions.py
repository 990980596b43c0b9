"""Sessions."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from idp.domain.ids import PersonId, SessionId
from idp.domain.sessions import Session
from idp.storage.codec import Codec
from idp.storage.tables import SESSION

SESSIONS = Codec(Session)
ADD = insert(SESSION)
READ = select(SESSION.c.document, SESSION.c.last_seen_at, SESSION.c.revoked_at)
FIND = READ.where(SESSION.c.token_digest == bindparam("token_digest"))
IS_OPEN = SESSION.c.revoked_at.is_(None)
OF_PERSON = READ.where(SESSION.c.person_id == bindparam("person_id"), IS_OPEN)
THIS_IF_OPEN = update(SESSION).where(SESSION.c.id == bindparam("session_id"), IS_OPEN)
TOUCH = THIS_IF_OPEN.values(last_seen_at=bindparam("at"))
REVOKE = THIS_IF_OPEN.values(revoked_at=bindparam("at"))


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

    def touch(self, session_id: SessionId, at: datetime) -> bool:
        """Write down that the session was seen; say whether it is still open."""
        return self._connection.execute(TOUCH, {"session_id": session_id, "at": at}).rowcount == 1

    def revoke(self, session_id: SessionId, at: datetime) -> bool:
        """End the session; say whether it was open until now."""
        return self._connection.execute(REVOKE, {"session_id": session_id, "at": at}).rowcount == 1


def _read(row: Row[Any, Any, Any]) -> Session:
    return replace(SESSIONS.decode(row.document), last_seen_at=row.last_seen_at, revoked_at=row.revoked_at)
