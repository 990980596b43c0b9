"""The port of pushed authorization requests."""

from datetime import timedelta
from typing import Protocol

from idp.domain.ids import ClientId
from idp.domain.params import Params


class PushedRequests(Protocol):
    """Requests that clients left here, each picked up at most once."""

    def put(self, handle: str, client_id: ClientId, params: Params, *, ttl: timedelta) -> None:
        """Keep the parameters of the client's request."""

    def take(self, handle: str) -> tuple[ClientId, Params] | None:
        """Hand the request over and forget it; only one caller ever gets it."""
