"""The audit log."""

import json
from dataclasses import fields
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select

from idp.domain.audit import Entry, Event
from idp.domain.ids import PersonId
from idp.storage.codec import Codec, to_json
from idp.storage.tables import AUDIT_EVENT
from idp.storage.tables.audit import IS_PERSONS

# What every event says has columns of its own.
COMMON = frozenset(field.name for field in fields(Event))
# inline(): the new id is not asked for, nobody needs it.
APPEND = insert(AUDIT_EVENT).inline()
ALL = select(AUDIT_EVENT).order_by(AUDIT_EVENT.c.id)
OF_PERSON = select(AUDIT_EVENT).where(
    AUDIT_EVENT.c.person_id == bindparam("person_id"),
    AUDIT_EVENT.c.kind.in_(bindparam("kinds", expanding=True)),
)
# The condition of the index is repeated, so that the databases know that they can use it.
PAGE = (
    OF_PERSON.where(IS_PERSONS, AUDIT_EVENT.c.id < bindparam("before"))
    .order_by(AUDIT_EVENT.c.id.desc())
    .limit(bindparam("most"))
)
FIND = OF_PERSON.where(AUDIT_EVENT.c.id == bindparam("number"))
HIGHEST = 2**63 - 1
# Made when they are first needed; to make one takes a while.
CODECS: dict[str, Codec[Event]] = {}


class SqlAuditLog:
    """Implements AuditLog."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def append(self, event: Event) -> None:
        """Write the event in the running unit of work."""
        self._connection.execute(APPEND, event_row(event))

    def of_person(
        self, person_id: PersonId, kinds: tuple[type[Event], ...], *, before: int | None, limit: int
    ) -> tuple[Entry, ...]:
        """Return the newest *limit* events of these *kinds* about the person, numbered below *before*.

        Issued tokens are never among them: they are too many.
        """
        values = {**_of(person_id, kinds), "before": HIGHEST if before is None else before, "most": limit}
        return tuple(_read(row, kinds) for row in self._connection.execute(PAGE, values))

    def find(self, person_id: PersonId, kinds: tuple[type[Event], ...], number: int) -> Entry | None:
        """Return the event if it is one of these *kinds* and about this person."""
        values = {**_of(person_id, kinds), "number": number}
        row = self._connection.execute(FIND, values).one_or_none()
        return None if row is None else _read(row, kinds)

    def all(self) -> list[tuple[str, dict[str, Any]]]:
        """Return the kind and the details of every event, oldest first."""
        return [
            (
                row.kind,
                {"at": row.at, "person_id": row.person_id, "client_id": row.client_id}
                | json.loads(row.document),
            )
            for row in self._connection.execute(ALL)
        ]


def event_row(event: Event) -> dict[str, Any]:
    """Return the columns of the event; the database gives it its number."""
    return {
        "at": event.at,
        "kind": event.kind,
        "person_id": event.person_id,
        "client_id": event.client_id,
        "document": to_json({name: getattr(event, name) for name in _details(event)}),
    }


def _details(event: Event) -> tuple[str, ...]:
    return tuple(field.name for field in fields(event) if field.name not in COMMON)


def _of(person_id: PersonId, kinds: tuple[type[Event], ...]) -> dict[str, Any]:
    return {"person_id": person_id, "kinds": [kind.__name__ for kind in kinds]}


def _read(row: Row[Any], kinds: tuple[type[Event], ...]) -> Entry:
    kind = next(each for each in kinds if each.__name__ == row.kind)
    common = {"at": row.at, "person_id": row.person_id, "client_id": row.client_id}
    return Entry(row.id, _codec(kind).decode(to_json(common | json.loads(row.document))))


def _codec(kind: type[Event]) -> Codec[Event]:
    if kind.__name__ not in CODECS:
        CODECS[kind.__name__] = Codec(kind)
    return CODECS[kind.__name__]
