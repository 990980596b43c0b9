"""Signing keys."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from idp.domain.errors import Conflict
from idp.domain.keys import MAY_SIGN, KeyState, SigningKey
from idp.storage.codec import to_json
from idp.storage.tables import SIGNING_KEY

ADD = insert(SIGNING_KEY)
ALL = select(SIGNING_KEY).order_by(SIGNING_KEY.c.created_at, SIGNING_KEY.c.kid)
SET_STATE = (
    update(SIGNING_KEY)
    .where(SIGNING_KEY.c.kid == bindparam("key"))
    .values(state=bindparam("state"), changed_at=bindparam("at"))
)
STOP = SET_STATE.values(
    # The first time counts: a key that is retired or revoked later had stopped before.
    stopped_at=func.coalesce(SIGNING_KEY.c.stopped_at, bindparam("at")),
    sealed_private=b"",
)


class SqlKeys:
    """Implements Keys; of each algorithm at most one key is active."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, key: SigningKey) -> None:
        """Store the key."""
        row = {
            "kid": key.kid,
            "algorithm": key.algorithm,
            "state": key.state.value,
            "document": to_json(key.public_jwk),
            "sealed_private": key.sealed_private,
            "created_at": key.created_at,
            "changed_at": key.changed_at,
            "stopped_at": key.stopped_at,
        }
        self._connection.execute(ADD, row)

    def all(self) -> tuple[SigningKey, ...]:
        """Return every key, oldest first."""
        return tuple(map(_read, self._connection.execute(ALL)))

    def set_state(self, kid: str, state: KeyState, at: datetime) -> None:
        """Move the key on in its life, or raise Conflict when another one is active already.

        Where it stops signing, note when, and erase the private half.
        """
        change = SET_STATE if state in MAY_SIGN else STOP
        try:
            moved = self._connection.execute(change, {"key": kid, "state": state.value, "at": at})
        except IntegrityError as error:
            raise Conflict("Another key of this algorithm is active.") from error
        if moved.rowcount == 0:
            raise LookupError("There is no such key.")


def _read(row: Row[Any]) -> SigningKey:
    return SigningKey(
        kid=row.kid,
        algorithm=row.algorithm,
        state=KeyState(row.state),
        public_jwk=json.loads(row.document),
        sealed_private=row.sealed_private,
        created_at=row.created_at,
        changed_at=row.changed_at,
        stopped_at=row.stopped_at,
    )
