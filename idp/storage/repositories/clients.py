"""Relying parties and resource servers."""

from sqlalchemy import Connection, bindparam, delete, select, update

from idp.domain.clients import Client
from idp.domain.errors import Conflict
from idp.domain.ids import ClientId
from idp.storage.codec import Codec
from idp.storage.repositories.inserts import InsertUnlessTaken
from idp.storage.tables import CLIENT, RESOURCE

CLIENTS = Codec(Client)
ADD = InsertUnlessTaken(CLIENT)
ADD_RESOURCES = InsertUnlessTaken(RESOURCE)
REPLACE = update(CLIENT).where(CLIENT.c.id == bindparam("client")).values(document=bindparam("document"))
GET = select(CLIENT.c.document).where(CLIENT.c.id == bindparam("id"))
# SQLite knows no such lock and needs none: its transactions write one after another.
HOLD = GET.with_for_update()
AT_RESOURCE = select(CLIENT.c.document).join(RESOURCE).where(RESOURCE.c.uri == bindparam("uri"))
ALL = select(CLIENT.c.document).order_by(CLIENT.c.created_at, CLIENT.c.id)
DELETE = delete(CLIENT).where(CLIENT.c.id == bindparam("id"))
DELETE_RESOURCES = delete(RESOURCE).where(RESOURCE.c.client_id == bindparam("id"))


class SqlClients:
    """Implements Clients."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, client: Client) -> None:
        """Store the client, or raise Conflict when its id or one of its resources is taken."""
        row = {"id": client.client_id, "document": CLIENTS.encode(client), "created_at": client.created_at}
        if not ADD.into(self._connection, row):
            raise Conflict("The client id is taken.")
        self._add_resources(client)

    def replace(self, client: Client) -> bool:
        """Store the client over its older self, unless that is gone; say whether it was there.

        Raises Conflict when one of its resources is another's.
        """
        changed = {"client": client.client_id, "document": CLIENTS.encode(client)}
        if self._connection.execute(REPLACE, changed).rowcount != 1:
            return False
        self._connection.execute(DELETE_RESOURCES, {"id": client.client_id})
        self._add_resources(client)
        return True

    def get(self, client_id: ClientId) -> Client | None:
        """Return the client."""
        document = self._connection.execute(GET, {"id": client_id}).scalar()
        return None if document is None else CLIENTS.decode(document)

    def hold(self, client_id: ClientId) -> Client | None:
        """Return the client to be changed; others who hold it wait until this unit of work ends."""
        document = self._connection.execute(HOLD, {"id": client_id}).scalar()
        return None if document is None else CLIENTS.decode(document)

    def at_resource(self, resource: str) -> Client | None:
        """Return the client that is called at this address."""
        document = self._connection.execute(AT_RESOURCE, {"uri": resource}).scalar()
        return None if document is None else CLIENTS.decode(document)

    def all(self) -> tuple[Client, ...]:
        """Return every client, oldest first."""
        return tuple(map(CLIENTS.decode, self._connection.execute(ALL).scalars()))

    def delete(self, client_id: ClientId) -> bool:
        """Forget the client; say whether it was there."""
        return self._connection.execute(DELETE, {"id": client_id}).rowcount == 1

    def _add_resources(self, client: Client) -> None:
        rows = [{"uri": uri, "client_id": client.client_id} for uri in client.resources]
        if rows and not ADD_RESOURCES.into(self._connection, *rows):
            raise Conflict("A resource of the client is taken.")
