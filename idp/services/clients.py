"""Registering relying parties, finding them quickly, removing them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from idp.domain.audit_of_operators import ClientDeleted, ClientRegistered, Registrant
from idp.domain.client_secrets import give_secret
from idp.domain.clients import Client
from idp.domain.clock import Clock
from idp.domain.freshness import is_fresh
from idp.domain.ids import ClientId
from idp.domain.registration.metadata import MetadataRules
from idp.domain.sealing import Sealer
from idp.domain.work import Records

MAX_CACHED = 10_000


@dataclass(frozen=True, slots=True)
class ClientRegistry:
    """Looks clients up, remembering each for a second.

    The protocol finds those that are enabled; pages show the names of all that are known.
    """

    records: Records
    clock: Clock
    _seen: dict[ClientId, tuple[datetime, Client]] = field(default_factory=dict)

    def find(self, client_id: ClientId) -> Client | None:
        """Return the client unless it is disabled."""
        return _enabled(self.known(client_id))

    def known(self, client_id: ClientId) -> Client | None:
        """Return the client; unknown ones are asked for each time, so that new ones appear at once."""
        now = self.clock.now()
        seen = self._seen.get(client_id)
        if seen and is_fresh(seen[0], now):
            return seen[1]
        with self.records.read() as work:
            client = work.clients.get(client_id)
        if client is None:
            self._seen.pop(client_id, None)
            return None
        if len(self._seen) >= MAX_CACHED:
            self._seen.clear()
        self._seen[client_id] = (now, client)
        return client

    def find_resource(self, resource: str) -> Client | None:
        """Return the resource server that is called at this address, unless it is disabled."""
        with self.records.read() as work:
            return _enabled(work.clients.at_resource(resource))


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterClient:
    """Registers clients from their metadata."""

    records: Records
    clock: Clock
    rules: MetadataRules
    sealer: Sealer

    def register(self, metadata: Mapping[str, Any], *, make_way: bool = False) -> tuple[Client, str | None]:
        """Return the new client and its secret, which is shown this once, or refuse.

        With *make_way* an older client of the same id is removed; otherwise that is a Conflict.
        """
        client, secret = give_secret(self.rules.read(metadata, created_at=self.clock.now()), self.sealer)
        with self.records.begin() as work:
            if make_way:
                work.clients.delete(client.client_id)
            work.clients.add(client)
            work.audit.append(ClientRegistered(at=client.created_at, client_id=client.client_id))
        return client, secret


def _enabled(client: Client | None) -> Client | None:
    return None if client is None or client.disabled_at else client


def delete_client(
    records: Records, client_id: ClientId, clock: Clock, *, by: Registrant = "operator"
) -> bool:
    """Remove the client with every grant and consent to it; say whether it was there."""
    with records.begin() as work:
        if not work.clients.delete(client_id):
            return False
        # Consents before grants, as everywhere: nobody waits in a circle.
        work.consents.delete_of_client(client_id)
        work.grants.revoke_of_client(client_id, clock.now())
        work.audit.append(ClientDeleted(at=clock.now(), client_id=client_id, by=by))
        return True
