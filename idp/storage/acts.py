"""Facts of the hot paths with the events that tell of them, each in one statement of PostgreSQL.

What takes a transaction of five steps elsewhere is one round trip here, and holds a row for no longer
than the database needs.
"""

from typing import Any

from sqlalchemy import Connection, Select, Table, bindparam, cast, func, insert, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.selectable import CTE

from idp.domain.grants import Issue
from idp.storage.repositories.grants import ROTATE
from idp.storage.repositories.sessions import TOUCH
from idp.storage.tables import AUDIT_EVENT, GRANTS, SESSION

EVENT = ("at", "kind", "person_id", "client_id", "document")
GRANT = tuple(GRANTS.columns.keys())


def _row(table: Table, names: tuple[str, ...], source: CTE) -> Select[Any]:
    # One row for each of *source*: of text in quotes the database would not know the type.
    values = [cast(bindparam(f"{table.name}_{name}"), table.c[name].type) for name in names]
    return select(*values).select_from(source)


def _noted(source: CTE) -> CTE:
    row = _row(AUDIT_EVENT, EVENT, source)
    return insert(AUDIT_EVENT).from_select(EVENT, row).returning(AUDIT_EVENT.c.id).cte("noted")


def _count(source: CTE) -> Any:
    return select(func.count()).select_from(source).scalar_subquery()


TOUCHED = TOUCH.returning(SESSION.c.id).cte("touched")
ISSUED = (
    postgresql.insert(GRANTS)
    .from_select(GRANT, _row(GRANTS, GRANT, TOUCHED))
    .on_conflict_do_nothing()
    .returning(GRANTS.c.id)
    .cte("issued")
)
ISSUE = select(_count(TOUCHED).label("touched"), _count(ISSUED).label("issued")).add_cte(_noted(ISSUED))
ROTATED = ROTATE.returning(GRANTS.c.id).cte("rotated")
ROTATE_AT_ONCE = select(_count(ROTATED)).add_cte(_noted(ROTATED))


def issue(
    connection: Connection, grant: dict[str, Any], event: dict[str, Any], *, token_digest: str
) -> Issue:
    """Write the rows of a grant and its event, and touch the session under this secret, if it is open."""
    session = {"digest": token_digest, "at": event["at"]}
    row = connection.execute(ISSUE, session | _of(GRANTS, grant) | _of(AUDIT_EVENT, event)).one()
    if not row.touched:
        return Issue.SESSION_OVER
    return Issue.ISSUED if row.issued else Issue.TAKEN


def rotate(connection: Connection, rotation: dict[str, Any], event: dict[str, Any]) -> bool:
    """Count one rotation of a grant that is as it was seen, with the row of its event."""
    return bool(connection.execute(ROTATE_AT_ONCE, rotation | _of(AUDIT_EVENT, event)).scalar_one())


def _of(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    return {f"{table.name}_{name}": value for name, value in row.items()}
