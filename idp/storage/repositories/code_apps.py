"""Apps that show codes: sealed documents, one for each person."""

from dataclasses import replace

from sqlalchemy import Connection, bindparam, delete, select, update

from idp.domain.code_apps import CodeApp
from idp.domain.ids import PersonId
from idp.domain.sealing import Sealer
from idp.storage.codec import Codec
from idp.storage.repositories.inserts import InsertUnlessTaken
from idp.storage.tables import CODE_APP

CODEC = Codec(CodeApp)
COLUMNS = CODE_APP.c
ADD = InsertUnlessTaken(CODE_APP)
OWN = COLUMNS.person_id == bindparam("person")
OF_PERSON = select(COLUMNS.document, COLUMNS.last_step).where(OWN)
USE = (
    update(CODE_APP)
    .where(COLUMNS.id == bindparam("app"), COLUMNS.last_step < bindparam("step"))
    .values(last_step=bindparam("step"))
)
REMOVE = delete(CODE_APP).where(OWN)


class SqlCodeApps:
    """Implements CodeApps."""

    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        self._connection = connection
        self._sealer = sealer

    def add(self, app: CodeApp) -> bool:
        """Store the app; say whether the person had none."""
        row = {
            "id": app.id,
            "person_id": app.person_id,
            "last_step": app.last_step,
            "document": self._sealer.seal(CODEC.encode(app).encode(), context=_context(app.person_id)),
        }
        return ADD.into(self._connection, row)

    def of_person(self, person_id: PersonId) -> CodeApp | None:
        """Return the person's app."""
        row = self._connection.execute(OF_PERSON, {"person": person_id}).one_or_none()
        if row is None:
            return None
        opened = self._sealer.open(row.document, context=_context(person_id))
        return replace(CODEC.decode(opened), last_step=row.last_step)

    def use(self, app: CodeApp, *, step: int) -> bool:
        """Take the code of *step*; False where it was taken, or a later one, or the app is gone."""
        return self._connection.execute(USE, {"app": app.id, "step": step}).rowcount == 1

    def remove(self, person_id: PersonId) -> bool:
        """Forget the person's app; say whether there was one."""
        return self._connection.execute(REMOVE, {"person": person_id}).rowcount == 1


def _context(person_id: str) -> str:
    # A secret that was put into another person's row does not open there.
    return f"code-app:{person_id}"
