"""What is measured: a provider on each kind of storage, and the server alone."""

import json
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any

import requests

from bench.connection import Target
from bench.cpu import children, largest, used
from bench.operations import FLOOR, OPERATIONS, Operation
from idp.settings import load_settings
from tests.support.found import find
from tests.support.operator import ROOT, Operator
from tests.support.ports import free_port
from tests.support.provider import PASSWORD, REDIRECT_URI
from tests.support.servers import LOOPBACK, PostgreSQL, Redis

USERNAME = "zhangsanfeng"
START_SECONDS = 60
PEER = Path(__file__).parent / "peer"
PEER_PACKAGES = PEER / "node_modules/.package-lock.json"
PEER_NAME = "peer"
GRANTS = ("authorization_code", "refresh_token", "client_credentials")
SETTINGS = {
    # One person signs in again and again, and one token is shown again and again.
    "IDP_THROTTLE__ACCOUNT": "1000000 per minute",
    "IDP_TOKENS__ACCESS_TOKEN_SECONDS": "86400",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A way to run the provider: on servers or embedded, with these settings, and a client of this kind."""

    on_servers: bool = True
    settings: dict[str, str] = field(default_factory=dict)
    client: tuple[str, ...] = ()


PINNED = {"IDP_SERVER__PIN_WORKERS": "true"}
OPAQUE = ("--access-token-format", "opaque")
KINDS = {
    "embedded": Kind(on_servers=False),
    "servers": Kind(),
    # As the peer: one thread on a core, and access tokens that only the provider reads.
    "alike": Kind(settings=PINNED, client=OPAQUE),
    "es256": Kind(settings=PINNED, client=(*OPAQUE, "--id-token-alg", "ES256")),
}


class RefusedError(Exception):
    """There is nothing to report; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """Running processes, their load client, and which operations they know.

    *start* are the seconds until it answered; *database* is the address of PostgreSQL, where it is used.
    """

    name: str
    operations: tuple[Operation, ...]
    roots: frozenset[int]
    load: "subprocess.Popen[str]"
    start: float = 0.0
    database: str = ""

    @property
    def memory(self) -> float:
        """Return the MiB that the largest process holds, its share of what is shared included."""
        return largest(self.roots, "server.mjs" if self.name == PEER_NAME else "serve")

    def measure(self, operation: Operation, count: int | None = None) -> float:
        """Return the CPU milliseconds of one operation, or refuse if any reply was wrong."""
        count = count or operation.count
        begun = used(self.roots)
        order(self.load, {"operation": operation.name, "count": count})
        return (used(self.roots) - begun) / count

    def time(self, operation: str, count: int, beside: str = "") -> dict[str, Any]:
        """Return how many a second there were, and the median and 99th of 100 in seconds.

        With *beside*, one connection does the operation while all others do that.
        """
        asked = {"operation": operation, "count": count}
        return order(self.load, asked | ({"beside": beside} if beside else {}))


def order(load: "subprocess.Popen[str]", what: object) -> dict[str, Any]:
    """Give the load client an order and return what it says; refuse if anything went wrong."""
    if load.stdin is None or load.stdout is None:
        raise TypeError("The load client has no pipes.")
    print(json.dumps(what), file=load.stdin, flush=True)
    said = load.stdout.readline()
    if not said:
        raise RefusedError("The load client has ended.")
    told: dict[str, Any] = json.loads(said)
    if wrongs := told["wrongs"]:
        raise RefusedError("Wrong replies: " + ", ".join(f"{n} x {what}" for what, n in wrongs.items()))
    return told


@contextmanager
def provider(kind: str, folder: Path, *, workers: int, connections: int) -> Iterator[System]:
    """Run a provider of this *kind*, with a client and a person."""
    with ExitStack() as stack:
        before, chosen = children(), KINDS[kind]
        settings = SETTINGS | chosen.settings | (servers(stack) if chosen.on_servers else {})
        port = free_port()
        operator = Operator(folder, IDP_ISSUER=f"http://{LOOPBACK}:{port}", **settings)
        operator.prepare()
        operator.enter(USERNAME)
        options = [part for grant in GRANTS for part in ("--grant-type", grant)]
        made = operator.register(
            "测试门户", "--redirect-uri", REDIRECT_URI, "--scope", "openid profile", *options, *chosen.client
        )
        begun = monotonic()
        stack.enter_context(operator.serving(port, "--workers", str(workers)))
        ready = monotonic() - begun
        roots = frozenset(children() - before)
        target = Target(
            host=LOOPBACK,
            port=port,
            client_id=made["client_id"],
            client_secret=made["client_secret"],
            redirect_uri=REDIRECT_URI,
            username=USERNAME,
            password=PASSWORD,
        )
        load = stack.enter_context(_load(target, connections))
        yield System(
            name=kind,
            operations=OPERATIONS,
            roots=roots,
            load=load,
            start=ready,
            database=settings.get("IDP_DATABASE__URL", ""),
        )


@contextmanager
def peer(*, connections: int) -> Iterator[System]:
    """Run oidc-provider on a Redis of its own, with the same client, person and parameters."""
    node, redis_server = find("node"), find("redis")
    if node is None or redis_server is None or not PEER_PACKAGES.exists():
        raise RefusedError("The peer needs Node.js, Redis and its packages: leave it out by --no-peer.")
    store = Redis(redis_server.path)
    before = children()
    target = Target(
        host=LOOPBACK,
        port=free_port(),
        client_id="portal",
        client_secret=secrets.token_urlsafe(32),
        redirect_uri=REDIRECT_URI,
        username=USERNAME,
        password=PASSWORD,
        is_peer=True,
    )
    with ExitStack() as stack:
        stack.callback(store.close)
        store.start()
        url = f"http://{LOOPBACK}:{target.port}"
        hashing = load_settings(issuer=url).passwords
        asked = asdict(target) | {
            "issuer": url,
            "redis": store.url,
            "argon2": {
                "memoryCost": hashing.memory_kib,
                "timeCost": hashing.iterations,
                "parallelism": hashing.lanes,
            },
        }
        command = [str(node.path), str(PEER / "server.mjs"), json.dumps(asked)]
        server = subprocess.Popen(command, cwd=PEER, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        stack.callback(server.wait, START_SECONDS)
        stack.callback(server.terminate)
        begun = monotonic()
        _await(lambda: requests.get(f"{url}/.well-known/openid-configuration", timeout=2).ok)
        ready = monotonic() - begun
        roots = frozenset(children() - before)
        load = stack.enter_context(_load(target, connections))
        yield System(name=PEER_NAME, operations=OPERATIONS, roots=roots, load=load, start=ready)


@contextmanager
def floor(*, workers: int, connections: int) -> Iterator[System]:
    """Run the server alone."""
    target = Target(host=LOOPBACK, port=free_port())
    command = [sys.executable, "-m", "bench.floor", str(target.port), str(workers)]
    server = subprocess.Popen(command, cwd=ROOT)
    try:
        _await(lambda: requests.get(f"http://{LOOPBACK}:{target.port}/", timeout=2).ok)
        with _load(target, connections) as load:
            yield System(name="floor", operations=(FLOOR,), roots=frozenset({server.pid}), load=load)
    finally:
        server.terminate()
        server.wait(START_SECONDS)


@contextmanager
def _load(target: Target, connections: int) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "bench.load"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as load:
        try:
            order(load, {"target": asdict(target), "connections": connections})
            yield load
        finally:
            load.terminate()


def servers(stack: ExitStack) -> dict[str, str]:
    """Start PostgreSQL and Redis; return the settings that name them."""
    postgres, redis_server = find("postgresql"), find("redis")
    if postgres is None or redis_server is None:
        raise RefusedError("PostgreSQL or Redis was not found: choose --storage embedded.")
    database, store = PostgreSQL(postgres.path), Redis(redis_server.path)
    for server in (database, store):
        stack.callback(server.close)
        server.start()
    return {"IDP_DATABASE__URL": database.create_database(), "IDP_STORE__URL": store.url}


def _await(answers: Callable[[], bool]) -> None:
    deadline = monotonic() + START_SECONDS
    while monotonic() < deadline:
        try:
            if answers():
                return
        except requests.ConnectionError:
            Event().wait(0.1)
    raise RefusedError("The server alone did not start.")
