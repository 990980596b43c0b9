"""Grants; what was transacted is sealed."""

import json
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, func, select, update

from idp.domain.accounts import Person
from idp.domain.authorization_details.types import Detail
from idp.domain.grants import Grant, Held
from idp.domain.ids import ClientId, GrantId, PersonId, SessionId
from idp.domain.sealing import Sealer
from idp.storage.codec import Codec, to_json
from idp.storage.repositories.consents import GONE, read_standing
from idp.storage.repositories.inserts import InsertUnlessTaken
from idp.storage.repositories.persons import read_person
from idp.storage.tables import CONSENT, GRANTS, PERSON

CODEC = Codec(Grant)
ADD = InsertUnlessTaken(GRANTS)
READ = select(
    GRANTS.c.id,
    GRANTS.c.document,
    GRANTS.c.transaction_sealed,
    GRANTS.c.refreshes,
    GRANTS.c.rotated_at,
    GRANTS.c.revoked_at,
)
GET = READ.where(GRANTS.c.id == bindparam("id"))
# Who was erased is nobody.
IS_HOLDER = and_(PERSON.c.id == GRANTS.c.person_id, PERSON.c.erased_at.is_(None))
IS_CONSENT = and_(CONSENT.c.person_id == GRANTS.c.person_id, CONSENT.c.client_id == GRANTS.c.client_id)
HELD = (
    READ.outerjoin(PERSON, IS_HOLDER)
    .outerjoin(CONSENT, IS_CONSENT)
    .add_columns(
        PERSON.c.id.label("holder"),
        PERSON.c.closes_at.label("closes_at"),
        CONSENT.c.document.label("consent"),
    )
)
HELD_BY_ID = HELD.where(GRANTS.c.id == bindparam("id"))
HELD_BY_CODE = HELD.where(GRANTS.c.code_digest == bindparam("code_digest"))
WITH_PERSON = (
    READ.outerjoin(PERSON, IS_HOLDER)
    .add_columns(
        PERSON.c.id.label("holder"),
        PERSON.c.document.label("person"),
        PERSON.c.closes_at.label("closes_at"),
    )
    .where(GRANTS.c.id == bindparam("id"))
)
IN_SESSION = GRANTS.c.session_id == bindparam("session")
PARTIES = select(GRANTS.c.client_id).where(IN_SESSION).distinct().order_by(GRANTS.c.client_id)
PARTIES_OF = (
    select(GRANTS.c.session_id, GRANTS.c.client_id)
    .where(GRANTS.c.session_id.in_(bindparam("sessions", expanding=True)))
    .distinct()
    .order_by(GRANTS.c.session_id, GRANTS.c.client_id)
)
OFFLINE_UNTIL = (
    select(GRANTS.c.client_id, func.max(GRANTS.c.expires_at).label("until"))
    .where(GRANTS.c.person_id == bindparam("person"), GRANTS.c.is_offline.is_(True))
    .where(GRANTS.c.revoked_at.is_(None), GRANTS.c.expires_at > bindparam("now"))
    .group_by(GRANTS.c.client_id)
)
ROTATE = (
    update(GRANTS)
    .where(GRANTS.c.id == bindparam("grant"), GRANTS.c.refreshes == bindparam("seen"))
    .where(GRANTS.c.revoked_at.is_(None))
    .values(refreshes=GRANTS.c.refreshes + 1, rotated_at=bindparam("at"))
)
REVOKE = (
    update(GRANTS)
    .where(GRANTS.c.revoked_at.is_(None), GRANTS.c.expires_at > bindparam("at"))
    .values(revoked_at=bindparam("at"))
)
REVOKE_ONE = REVOKE.where(GRANTS.c.id == bindparam("grant"))


def _revoke_all(*where: Any) -> Any:
    # Rows are locked in one order, so that two who end some of the same grants do not wait for each other.
    chosen = select(GRANTS.c.id).where(*where, GRANTS.c.revoked_at.is_(None)).order_by(GRANTS.c.id)
    return REVOKE.where(GRANTS.c.id.in_(chosen.with_for_update()))


REVOKE_OF_SESSION = _revoke_all(IN_SESSION, GRANTS.c.is_offline.is_(False))
REVOKE_GIVEN_IN = _revoke_all(IN_SESSION)
REVOKE_OF_CONSENT = _revoke_all(
    GRANTS.c.person_id == bindparam("person"), GRANTS.c.client_id == bindparam("client")
)
REVOKE_OF_CLIENT = _revoke_all(GRANTS.c.client_id == bindparam("client"))
OF_PERSON = GRANTS.c.person_id == bindparam("person")
REVOKE_OF_PERSON = _revoke_all(OF_PERSON)
REVOKE_OF_OTHERS = _revoke_all(OF_PERSON, GRANTS.c.session_id != bindparam("session"))
ERASE_OF_PERSON = delete(GRANTS).where(OF_PERSON)
LONG_OVER = (
    select(GRANTS.c.id)
    .where(GRANTS.c.expires_at < bindparam("before"))
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
PURGE = delete(GRANTS).where(GRANTS.c.id.in_(LONG_OVER))


class SqlGrants:
    """Implements Grants."""

    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        self._connection = connection
        self._sealer = sealer

    def add(self, grant: Grant) -> bool:
        """Store the grant; say whether there was none of this id."""
        return ADD.into(self._connection, grant_row(grant, self._sealer))

    def get(self, grant_id: GrantId) -> Grant | None:
        """Return the grant."""
        row = self._connection.execute(GET, {"id": grant_id}).one_or_none()
        return None if row is None else self._read(row)

    def held(self, grant_id: GrantId) -> Held | None:
        """Return the grant with what it rests on, in one look-up."""
        return self._held(HELD_BY_ID, {"id": grant_id})

    def held_by_code(self, code_digest: str) -> Held | None:
        """Return the same of the grant whose code had this digest."""
        return self._held(HELD_BY_CODE, {"code_digest": code_digest})

    def with_person(self, grant_id: GrantId) -> tuple[Grant, Person | None] | None:
        """Return the grant with its person, in one look-up; an account that is gone has none."""
        row = self._connection.execute(WITH_PERSON, {"id": grant_id}).one_or_none()
        if row is None:
            return None
        person = read_person(self._sealer, row.holder, row.person, row.closes_at) if row.holder else None
        return self._read(row), person

    def parties(self, session_id: SessionId) -> tuple[ClientId, ...]:
        """Return the clients that the session visited, each once."""
        return tuple(self._connection.execute(PARTIES, {"session": session_id}).scalars())

    def parties_of(self, session_ids: tuple[SessionId, ...]) -> dict[SessionId, tuple[ClientId, ...]]:
        """Return the same for many sessions; one that visited nobody is left out."""
        rows = self._connection.execute(PARTIES_OF, {"sessions": session_ids}) if session_ids else ()
        return {
            session_id: tuple(row.client_id for row in group)
            for session_id, group in groupby(rows, key=lambda row: row.session_id)
        }

    def offline_until(self, person_id: PersonId, now: datetime) -> dict[ClientId, datetime]:
        """Return until when each client may go on while the person is away, where it may at all."""
        rows = self._connection.execute(OFFLINE_UNTIL, {"person": person_id, "now": now})
        return {row.client_id: row.until for row in rows}

    def rotate(self, grant_id: GrantId, *, refreshes: int, at: datetime) -> bool:
        """Count one rotation if *refreshes* and liveness still hold; True for one caller only."""
        return self._change(ROTATE, {"grant": grant_id, "seen": refreshes, "at": at}) == 1

    def revoke(self, grant_id: GrantId, at: datetime) -> bool:
        """End the grant; say whether it was live until now."""
        return self._change(REVOKE_ONE, {"grant": grant_id, "at": at}) == 1

    def revoke_of_session(self, session_id: SessionId, at: datetime) -> int:
        """End the session's live grants, except those that were to outlive it; return how many."""
        return self._change(REVOKE_OF_SESSION, {"session": session_id, "at": at})

    def revoke_given_in(self, session_id: SessionId, at: datetime) -> int:
        """End all live grants of the session, also those that were to outlive it; return how many."""
        return self._change(REVOKE_GIVEN_IN, {"session": session_id, "at": at})

    def revoke_of_consent(self, person_id: PersonId, client_id: ClientId, at: datetime) -> int:
        """End all live grants of the person to the client; return how many."""
        return self._change(REVOKE_OF_CONSENT, {"person": person_id, "client": client_id, "at": at})

    def revoke_of_person(self, person_id: PersonId, at: datetime, *, but: SessionId | None) -> int:
        """End all live grants of the person, except those given in one session; return how many."""
        if but is None:
            return self._change(REVOKE_OF_PERSON, {"person": person_id, "at": at})
        return self._change(REVOKE_OF_OTHERS, {"person": person_id, "session": but, "at": at})

    def erase_of_person(self, person_id: PersonId) -> int:
        """Forget all grants of the person; return how many."""
        return self._change(ERASE_OF_PERSON, {"person": person_id})

    def revoke_of_client(self, client_id: ClientId, at: datetime) -> int:
        """End all live grants to the client; return how many."""
        return self._change(REVOKE_OF_CLIENT, {"client": client_id, "at": at})

    def purge(self, before: datetime, *, limit: int) -> int:
        """Forget grants that expired before then; return how many."""
        return self._change(PURGE, {"before": before, "most": limit})

    def _held(self, statement: Any, values: dict[str, str]) -> Held | None:
        row = self._connection.execute(statement, values).one_or_none()
        if row is None:
            return None
        standing = read_standing(row.consent, row.closes_at) if row.holder else GONE
        return Held(grant=self._read(row), standing=standing)

    def _read(self, row: Any) -> Grant:
        details, transaction_hash = self._open(row.transaction_sealed, row.id)
        return replace(
            CODEC.decode(row.document),
            details=details,
            transaction_hash=transaction_hash,
            refreshes=row.refreshes,
            rotated_at=row.rotated_at,
            revoked_at=row.revoked_at,
        )

    def _open(self, sealed: bytes | None, grant_id: str) -> tuple[tuple[Detail, ...], str | None]:
        if sealed is None:
            return (), None
        details, transaction_hash = json.loads(self._sealer.open(sealed, context=_context(grant_id)))
        return tuple(details), transaction_hash

    def _change(self, statement: Any, values: dict[str, Any]) -> int:
        return self._connection.execute(statement, values).rowcount


def grant_row(grant: Grant, sealer: Sealer) -> dict[str, Any]:
    """Return the columns of the grant."""
    return {
        "id": grant.id,
        "code_digest": grant.code_digest,
        "person_id": grant.person_id,
        "client_id": grant.client_id,
        "session_id": grant.session_id,
        "is_offline": grant.is_offline,
        "refreshes": grant.refreshes,
        "rotated_at": grant.rotated_at,
        "expires_at": grant.expires_at,
        "revoked_at": grant.revoked_at,
        "document": CODEC.encode(replace(grant, details=(), transaction_hash=None)),
        "transaction_sealed": _seal(grant, sealer),
    }


def _seal(grant: Grant, sealer: Sealer) -> bytes | None:
    if not grant.details:
        return None
    plain = to_json([grant.details, grant.transaction_hash]).encode()
    return sealer.seal(plain, context=_context(grant.id))


def _context(grant_id: str) -> str:
    return f"grant:{grant_id}"
