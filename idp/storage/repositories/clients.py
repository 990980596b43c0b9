"""Relying parties."""

from sqlalchemy import Connection, bindparam, delete, select

from idp.domain.clients import Client
from idp.domain.errors import Conflict
from idp.domain.ids import ClientId
from idp.storage.codec import Codec
from idp.storage.repositories.inserts import InsertUnlessTaken
from idp.storage.tables import CLIENT

CLIENTS = Codec(Client)
ADD = InsertUnlessTaken(CLIENT)
GET = select(CLIENT.c.document).where(CLIENT.c.id == bindparam("id"))
ALL = select(CLIENT.c.document).order_by(CLIENT.c.created_at, CLIENT.c.id)
DELETE = delete(CLIENT).where(CLIENT.c.id == bindparam("id"))


class SqlClients:
    """Implements Clients."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, client: Client) -> None:
        """Store the client, or raise Conflict when its id is taken."""
        row = {"id": client.client_id, "document": CLIENTS.encode(client), "created_at": client.created_at}
        if not ADD.into(self._connection, row):
            raise Conflict("The client id is taken.")

    def get(self, client_id: ClientId) -> Client | None:
        """Return the client."""
        document = self._connection.execute(GET, {"id": client_id}).scalar()
        return None if document is None else CLIENTS.decode(document)

    def all(self) -> tuple[Client, ...]:
        """Return every client, oldest first."""
        return tuple(map(CLIENTS.decode, self._connection.execute(ALL).scalars()))

    def delete(self, client_id: ClientId) -> bool:
        """Forget the client; say whether it was there."""
        return self._connection.execute(DELETE, {"id": client_id}).rowcount == 1
