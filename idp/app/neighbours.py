"""The outside world as the settings name it: databases, stores, hashing, sealing."""

import sys
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from limits.storage import Storage

from idp.adapters.console import ConsoleMessages
from idp.adapters.hashing import Argon2Hasher
from idp.adapters.http import GuardedHttp
from idp.adapters.phones import NumberingPlan
from idp.adapters.sealing import AesGcmSealer
from idp.adapters.throttle import open_tries
from idp.domain.clock import Clock
from idp.domain.messages import Messages
from idp.domain.sealing import BlindIndex
from idp.secret_files import Secrets, VersionedKey
from idp.settings import Http, Settings
from idp.settings_values import ROOT, rooted
from idp.storage.database import Database, open_database
from idp.storage.ephemeral.open import Ephemeral, open_ephemeral
from idp.storage.outbox import OutboxMessages

SPARE_THREADS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """Everything that stands behind a port."""

    clock: Clock
    database: Database
    ephemeral: Ephemeral
    tries: Storage
    index: BlindIndex
    wrapper: AesGcmSealer
    hasher: Argon2Hasher
    phones: NumberingPlan
    outbound: GuardedHttp
    messages: Messages

    def check(self) -> None:
        """Raise Unavailable when a neighbour does not answer, or has not the tables that are needed."""
        self.database.ping()
        self.ephemeral.ping()


def open_neighbours(app: Flask, settings: Settings, secrets: Secrets, clock: Clock) -> Neighbours:
    """Return the neighbours; nothing is contacted before it is needed."""
    index = BlindIndex(secrets.index_key.key)
    cost = settings.passwords
    return Neighbours(
        clock=clock,
        database=open_database(
            app,
            url=_rooted_url(settings.database.url),
            pool_size=settings.database.pool_size,
            sealer=_sealer(secrets.data_key),
            index=index,
        ),
        ephemeral=open_ephemeral(settings.store.url, clock),
        tries=open_tries(settings.store.url),
        index=index,
        wrapper=_sealer(secrets.wrapping_key),
        hasher=Argon2Hasher(
            memory_kib=cost.memory_kib,
            iterations=cost.iterations,
            lanes=cost.lanes,
            at_once=cost.at_once,
            # Some threads always stay free for what needs no password.
            places=max(1, settings.server.threads - SPARE_THREADS),
        ),
        phones=NumberingPlan(),
        # Most threads stay free for people while some wait for programs of relying parties.
        outbound=_outbound(settings.http, most=max(1, settings.server.threads // 4)),
        messages=OutboxMessages() if settings.messages.adapter == "outbox" else ConsoleMessages(sys.stdout),
    )


def _outbound(http: Http, *, most: int) -> GuardedHttp:
    return GuardedHttp(
        allowed=frozenset(http.allow),
        ca_file=rooted(Path(http.ca_file)) if http.ca_file else None,
        seconds=http.timeout_seconds,
        max_bytes=http.max_kib * 1024,
        most=most,
    )


def _sealer(keys: VersionedKey) -> AesGcmSealer:
    return AesGcmSealer(keys.versions, keys.current)


def _rooted_url(url: str) -> str:
    scheme, separator, path = url.partition(":///")
    is_relative = scheme == "sqlite" and separator and not path.startswith("/")
    return f"sqlite:///{ROOT / path}" if is_relative else url
