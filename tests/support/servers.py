"""Real PostgreSQL and Redis on free loopback ports and in temporary folders."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from threading import Event
from time import monotonic

import psycopg
import redis

from tests.support.ports import free_port

LOOPBACK = "127.0.0.1"
PATIENCE_SECONDS = 30
POLL_SECONDS = 0.05
POSTGRESQL_OWNER = "postgres"
POSTGRESQL_ROLE = "tongxing"


class ServerDidNotStartError(Exception):
    """A server did not answer in time; the message holds the end of its log."""


class Server:
    """A program that listens on one port, and can be stopped and started again."""

    def __init__(
        self,
        *,
        command: list[str],
        folder: Path,
        port: int,
        answers: Callable[[], None],
        stop_signal: signal.Signals,
        owner: str | None = None,
    ) -> None:
        self.port = port
        self._command = _dying_with_us(command, stop_signal)
        self._folder = folder
        self._answers = answers
        self._stop_signal = stop_signal
        self._owner = owner
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def is_running(self) -> bool:
        """Say whether the program runs."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it unless it runs, and wait until it answers."""
        if self.is_running:
            return
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                user=self._owner,
                group=self._owner,
                extra_groups=[] if self._owner else None,
            )
        deadline = monotonic() + PATIENCE_SECONDS
        while not self._has_answered():
            if not self.is_running or monotonic() > deadline:
                self.stop()
                raise ServerDidNotStartError((self._folder / "log").read_text()[-2000:])
            Event().wait(POLL_SECONDS)

    def stop(self) -> None:
        """Stop it, cutting its connections; return when it is gone."""
        if self._process is None:
            return
        self._process.send_signal(self._stop_signal)
        try:
            self._process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def close(self) -> None:
        """Stop it and remove its folder."""
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _has_answered(self) -> bool:
        with suppress(psycopg.OperationalError, redis.ConnectionError, OSError):
            self._answers()
            return True
        return False


class PostgreSQL(Server):
    """A PostgreSQL cluster of its own; nothing is flushed to the disk."""

    def __init__(self, postgres: Path) -> None:
        owner = POSTGRESQL_OWNER if os.geteuid() == 0 else None  # initdb refuses root
        folder = new_folder(owner)
        port = free_port()
        super().__init__(
            command=[
                *(str(postgres), "-D", str(folder / "cluster"), "-p", str(port)),
                *_options(
                    listen_addresses=LOOPBACK,
                    unix_socket_directories="",
                    fsync="off",
                    synchronous_commit="off",
                    full_page_writes="off",
                    shared_buffers="32MB",
                ),
            ],
            folder=folder,
            port=port,
            answers=lambda: self.execute("SELECT 1"),
            stop_signal=signal.SIGINT,  # PostgreSQL's fast shutdown
            owner=owner,
        )
        subprocess.run(
            [
                *(str(postgres.with_name("initdb")), "-D", str(folder / "cluster")),
                *("-U", POSTGRESQL_ROLE, "--auth=trust", "--no-sync"),
                *("--encoding=UTF8", "--locale=C"),
            ],
            cwd=folder,
            check=True,
            capture_output=True,
            user=owner,
            group=owner,
            extra_groups=[] if owner else None,
        )

    def execute(self, statement: str) -> None:
        """Run *statement* as the owner of the cluster."""
        with psycopg.connect(
            host=LOOPBACK,
            port=self.port,
            user=POSTGRESQL_ROLE,
            dbname="postgres",
            autocommit=True,
            connect_timeout=5,
        ) as connection:
            connection.execute(statement.encode())

    def create_database(self) -> str:
        """Create an empty database and return its SQLAlchemy URL."""
        name = f"test_{token_hex(8)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        return f"postgresql+psycopg://{POSTGRESQL_ROLE}@{LOOPBACK}:{self.port}/{name}"

    def drop_database(self, url: str) -> None:
        """Drop the database of *url*, cutting its connections."""
        self.execute(f"DROP DATABASE IF EXISTS {url.rpartition('/')[2]} WITH (FORCE)")


class Redis(Server):
    """A Redis that keeps nothing on the disk."""

    def __init__(self, redis_server: Path) -> None:
        folder = new_folder(None)
        port = free_port()
        self.url = f"redis://{LOOPBACK}:{port}/0"
        super().__init__(
            command=[
                *(str(redis_server), "--bind", LOOPBACK, "--port", str(port)),
                *("--save", "", "--appendonly", "no", "--dir", str(folder)),
            ],
            folder=folder,
            port=port,
            answers=self.flush,
            stop_signal=signal.SIGTERM,
        )

    def flush(self) -> None:
        """Forget everything."""
        with redis.Redis.from_url(self.url) as client:
            client.flushall()


def new_folder(owner: str | None) -> Path:
    """Make a temporary folder that belongs to *owner*, or to us."""
    folder = Path(tempfile.mkdtemp(prefix="tongxing-"))
    if owner:
        shutil.chown(folder, owner)
    return folder


def _options(**options: str) -> list[str]:
    return [part for name, value in options.items() for part in ("-c", f"{name}={value}")]


def _dying_with_us(command: list[str], stop_signal: signal.Signals) -> list[str]:
    """Let Linux stop the program if pytest, or its worker, is killed before it can clean up."""
    setpriv = shutil.which("setpriv") if sys.platform == "linux" else None
    return [setpriv, "--pdeathsig", stop_signal.name, "--", *command] if setpriv else command
