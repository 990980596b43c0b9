"""The browsers that people have signed in with."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select, tuple_, update

from idp.domain.devices import KnownBrowser
from idp.domain.ids import PersonId
from idp.storage.repositories.inserts import InsertUnlessTaken
from idp.storage.tables import KNOWN_BROWSER

COLUMNS = KNOWN_BROWSER.c
OF_PERSON = COLUMNS.person_id == bindparam("person")
USED_AGAIN = (
    update(KNOWN_BROWSER)
    .where(OF_PERSON, COLUMNS.digest == bindparam("browser"))
    .values(language=bindparam("speaks"), last_used_at=bindparam("at"))
)
ADD = InsertUnlessTaken(KNOWN_BROWSER)
LANGUAGE = (
    select(COLUMNS.language)
    .where(OF_PERSON, COLUMNS.digest != bindparam("browser"))
    .order_by(COLUMNS.last_used_at.desc())
    .limit(1)
)
ALL = select(COLUMNS.language, COLUMNS.last_used_at).where(OF_PERSON).order_by(COLUMNS.last_used_at.desc())
ERASE_OF_PERSON = delete(KNOWN_BROWSER).where(OF_PERSON)
UNUSED = (
    select(COLUMNS.person_id, COLUMNS.digest)
    .where(COLUMNS.last_used_at < bindparam("before"))
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
PURGE = delete(KNOWN_BROWSER).where(tuple_(COLUMNS.person_id, COLUMNS.digest).in_(UNUSED))


class SqlKnownBrowsers:
    """Implements KnownBrowsers."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def meet(self, person_id: PersonId, browser: str, *, language: str, at: datetime) -> bool:
        """Write down that the person signed in with it; say whether for the first time."""
        seen = {"person": person_id, "browser": browser, "speaks": language, "at": at}
        if self._connection.execute(USED_AGAIN, seen).rowcount == 1:
            return False
        row = {"person_id": person_id, "digest": browser, "language": language, "last_used_at": at}
        return ADD.into(self._connection, row)

    def language(self, person_id: PersonId, *, but: str) -> str | None:
        """Return the language of the person's sign-in before, in any browser *but* this one."""
        return self._connection.execute(LANGUAGE, {"person": person_id, "browser": but}).scalar()

    def of_person(self, person_id: PersonId) -> tuple[KnownBrowser, ...]:
        """Return the person's browsers, the last used first."""
        rows = self._connection.execute(ALL, {"person": person_id})
        return tuple(KnownBrowser(row.language, row.last_used_at) for row in rows)

    def erase_of_person(self, person_id: PersonId) -> int:
        """Forget all browsers of the person; return how many."""
        return self._connection.execute(ERASE_OF_PERSON, {"person": person_id}).rowcount

    def purge(self, before: datetime, *, limit: int) -> int:
        """Forget browsers that were not used since then; return how many."""
        return self._connection.execute(PURGE, {"before": before, "most": limit}).rowcount
