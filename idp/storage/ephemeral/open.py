"""Choosing where values that must die are kept."""

from collections.abc import Callable
from dataclasses import dataclass

from idp.domain.clock import Clock
from idp.domain.stores import ExpiringStore, OneTimeStore
from idp.storage.ephemeral.memory import MemoryExpiringStore, MemoryOneTimeStore
from idp.storage.ephemeral.redis import (
    PREFIX,
    RedisExpiringStore,
    RedisOneTimeStore,
    open_redis,
    outages,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ephemeral:
    """Both stores; *ping* raises Unavailable when they do not answer."""

    expiring: ExpiringStore
    one_time: OneTimeStore
    ping: Callable[[], None]


def open_ephemeral(url: str, clock: Clock) -> Ephemeral:
    """Return the stores at *url*: ``memory:``, where *clock* decides, or ``redis://…``."""
    if url.startswith("memory:"):
        return Ephemeral(
            expiring=MemoryExpiringStore(clock), one_time=MemoryOneTimeStore(clock), ping=lambda: None
        )
    client = open_redis(url)

    def ping() -> None:
        with outages():
            client.ping()

    return Ephemeral(
        expiring=RedisExpiringStore(client, prefix=f"{PREFIX}kept:"),
        one_time=RedisOneTimeStore(client, prefix=f"{PREFIX}once:"),
        ping=ping,
    )
