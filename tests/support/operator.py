"""A provider as an operator runs it: set up by commands, served by a process of its own."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any

import requests

from tests.support.provider import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 60
POLL_SECONDS = 0.1


class Operator:
    """Calls ``idp`` with files in *folder* and *settings* in the environment."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("IDP_")},
            "IDP_SECRETS_DIR": str(folder / "secrets"),
            "IDP_DATABASE__URL": f"sqlite:///{folder}/idp.db",
            **settings,
        }

    def attempt(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command, which may fail."""
        return subprocess.run(
            [sys.executable, "-m", "idp", *arguments],
            cwd=ROOT,
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )

    def __call__(self, *arguments: str, stdin: str = "") -> str:
        """Run a command that succeeds; return what it says."""
        done = self.attempt(*arguments, stdin=stdin)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def prepare(self) -> None:
        """Make secrets, tables and a signing key."""
        self("secrets", "create")
        self("db", "upgrade")
        self("keys", "rotate")

    def enter(self, username: str = "zhangsanfeng") -> None:
        """Enter the person whose password is PASSWORD."""
        self(
            *("person", "create", "--name", "张三丰", "--document-type", "resident_id"),
            *("--document-number", "330000199001010014", "--phone", "+8610000000001"),
            *("--username", username, "--level", "l4", "--password-stdin"),
            stdin=PASSWORD + "\n",
        )

    def register(self, name: str, *options: str) -> dict[str, Any]:
        """Register a client; return its metadata with its secret."""
        made: dict[str, Any] = json.loads(self("client", "create", "--name", name, *options, "--json"))
        return made

    @contextmanager
    def serving(self, port: int, *options: str, trust: Path | None = None) -> Iterator[Path]:
        """Serve on *port* until the block ends; yield the file of what the server says on standard output.

        With *trust*, a certificate authority, the server is expected to speak TLS.
        """
        said, complained = self.folder / "serve.out", self.folder / "serve.err"
        with said.open("wb") as out, complained.open("wb") as err:
            server = subprocess.Popen(
                [sys.executable, "-m", "idp", "serve", "--port", str(port), *options],
                cwd=ROOT,
                env=self.environment,
                stdout=out,
                stderr=err,
            )
        try:
            deadline = monotonic() + PATIENCE_SECONDS
            while not _is_ready(f"{'https' if trust else 'http'}://localhost:{port}", trust):
                if server.poll() is not None or monotonic() > deadline:
                    raise AssertionError(complained.read_text("utf-8"))
                Event().wait(POLL_SECONDS)
            yield said
        finally:
            server.send_signal(signal.SIGTERM)
            status = server.wait(PATIENCE_SECONDS)
        assert status == 0, complained.read_text("utf-8")


def _is_ready(address: str, trust: Path | None) -> bool:
    try:
        return requests.get(f"{address}/health/ready", timeout=2, verify=str(trust) if trust else True).ok
    except requests.ConnectionError:
        return False
