"""References of faces."""

import json
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from idp.domain.face_templates import FaceTemplate
from idp.domain.ids import PersonId
from idp.domain.sealing import Sealer
from idp.storage.codec import to_json
from idp.storage.tables import FACE_TEMPLATE

COLUMNS = FACE_TEMPLATE.c
OWN = COLUMNS.person_id == bindparam("person")
ADD = insert(FACE_TEMPLATE)
GET = select(FACE_TEMPLATE).where(OWN)
ERASE_OF_PERSON = delete(FACE_TEMPLATE).where(OWN)
COUNT = select(func.count()).select_from(FACE_TEMPLATE)
EXPIRED = (
    select(COLUMNS.person_id)
    .where(COLUMNS.expires_at < bindparam("before"))
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
PURGE = delete(FACE_TEMPLATE).where(COLUMNS.person_id.in_(EXPIRED))


class SqlFaceTemplates:
    """Implements FaceTemplates; the figures are sealed for their person and of no use in another row."""

    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        self._connection = connection
        self._sealer = sealer

    def put(self, template: FaceTemplate) -> None:
        """Store the reference over an older one."""
        self.erase_of_person(template.person_id)
        told = {"model": template.model, "made_at": template.made_at, "consent": template.consent}
        row = {
            "person_id": template.person_id,
            "expires_at": template.expires_at,
            "document": to_json(told),
            "sealed": self._sealer.seal(template.template, context=_context(template.person_id)),
        }
        self._connection.execute(ADD, row)

    def get(self, person_id: PersonId) -> FaceTemplate | None:
        """Return the person's reference; raises ValueError for one that was changed or belongs elsewhere."""
        row = self._connection.execute(GET, {"person": person_id}).one_or_none()
        if row is None:
            return None
        told = json.loads(row.document)
        return FaceTemplate(
            person_id=person_id,
            template=self._sealer.open(row.sealed, context=_context(person_id)),
            model=told["model"],
            made_at=datetime.fromisoformat(told["made_at"]),
            expires_at=row.expires_at,
            consent=told["consent"],
        )

    def erase_of_person(self, person_id: PersonId) -> int:
        """Forget the person's reference; return how many there were."""
        return self._connection.execute(ERASE_OF_PERSON, {"person": person_id}).rowcount

    def count(self) -> int:
        """Return how many people have one."""
        return int(self._connection.execute(COUNT).scalar_one())

    def purge(self, before: datetime, *, limit: int) -> int:
        """Forget references that expired before then; return how many."""
        return self._connection.execute(PURGE, {"before": before, "most": limit}).rowcount


def _context(person_id: PersonId) -> str:
    return f"face-template:{person_id}"
