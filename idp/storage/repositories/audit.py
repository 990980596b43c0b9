"""The audit log."""

import json
from dataclasses import fields
from typing import Any

from sqlalchemy import Connection, insert, select

from idp.domain.audit import Event
from idp.storage.codec import to_json
from idp.storage.tables import AUDIT_EVENT

# What every event says has columns of its own.
COMMON = frozenset(field.name for field in fields(Event))
# inline(): the new id is not asked for, nobody needs it.
APPEND = insert(AUDIT_EVENT).inline()
ALL = select(AUDIT_EVENT).order_by(AUDIT_EVENT.c.id)


class SqlAuditLog:
    """Implements AuditLog."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def append(self, event: Event) -> None:
        """Write the event in the running unit of work."""
        row = {
            "at": event.at,
            "kind": event.kind,
            "person_id": event.person_id,
            "client_id": event.client_id,
            "document": to_json({name: getattr(event, name) for name in _details(event)}),
        }
        self._connection.execute(APPEND, row)

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


def _details(event: Event) -> tuple[str, ...]:
    return tuple(field.name for field in fields(event) if field.name not in COMMON)
