"""Initial access tokens."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, literal, select, update

from idp.domain.registration.initial_tokens import InitialToken
from idp.storage.tables import REGISTRATION_TOKEN

ADD = insert(REGISTRATION_TOKEN)
IS_USABLE = (
    REGISTRATION_TOKEN.c.digest == bindparam("token"),
    REGISTRATION_TOKEN.c.uses > 0,
    REGISTRATION_TOKEN.c.expires_at > bindparam("at"),
)
IS_GOOD = select(literal(1)).where(*IS_USABLE)
USE = update(REGISTRATION_TOKEN).where(*IS_USABLE).values(uses=REGISTRATION_TOKEN.c.uses - 1)

EXPIRED = (
    select(REGISTRATION_TOKEN.c.digest)
    .where(REGISTRATION_TOKEN.c.expires_at < bindparam("before"))
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
PURGE = delete(REGISTRATION_TOKEN).where(REGISTRATION_TOKEN.c.digest.in_(EXPIRED))


class SqlInitialTokens:
    """Implements InitialTokens."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, token: InitialToken) -> None:
        """Store the token."""
        self._connection.execute(ADD, asdict(token))

    def is_good(self, digest: str, at: datetime) -> bool:
        """Say whether the token could be used, without using it."""
        return self._connection.execute(IS_GOOD, {"token": digest, "at": at}).scalar() is not None

    def use(self, digest: str, at: datetime) -> bool:
        """Use the token up by one; True for no more callers than it has uses, and for none later."""
        return self._connection.execute(USE, {"token": digest, "at": at}).rowcount == 1

    def purge(self, before: datetime, *, limit: int) -> int:
        """Forget tokens that expired before then; return how many."""
        return self._connection.execute(PURGE, {"before": before, "most": limit}).rowcount
