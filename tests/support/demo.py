"""The demo as a user starts it: programs of their own, on free ports, on fresh storage."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any

from tests.support.ports import free_port
from tests.support.transactions import TYPES

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 60
POLL_SECONDS = 0.1


@dataclass(frozen=True)
class Demo:
    """A running demo and what it says of itself."""

    process: subprocess.Popen[bytes]
    document: dict[str, Any]
    environment: dict[str, str]
    output: Path

    @property
    def issuer(self) -> str:
        """Return the provider's address."""
        return str(self.document["issuer"])

    def portal(self, number: int) -> str:
        """Return the address of a relying party, counted from 0."""
        return str(self.document["portals"][number]["url"])

    def account(self, number: int = 0) -> dict[str, str]:
        """Return one of the accounts."""
        account: dict[str, str] = self.document["accounts"][number]
        return account

    def command(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run ``idp`` beside the running demo."""
        return subprocess.run(
            [sys.executable, "-m", "idp", *arguments],
            cwd=ROOT,
            env=self.environment | {"IDP_ISSUER": self.issuer},
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )


@contextmanager
def running_demo(folder: Path, **settings: str) -> Iterator[Demo]:
    """Start the demo with its files in *folder* and *settings* in the environment; stop it at the end."""
    # The provider, three relying parties and the register of pictures.
    port = free_port(row=5)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("IDP_")},
        "IDP_SECRETS_DIR": str(folder / "secrets"),
        "IDP_DATABASE__URL": f"sqlite:///{folder}/idp.db",
        "IDP_AUTHORIZATION__DETAILS": str(_all_types(folder)),
        **settings,
    }
    output = folder / "output.txt"
    with output.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "idp", "demo", "--port", str(port)],
            cwd=ROOT,
            env=environment,
            stdout=out,
            stderr=out,
        )
    try:
        _await(process, output)
        document = json.loads((folder / "demo.json").read_text("utf-8"))
        yield Demo(process, document, environment, output)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE_SECONDS)


def _all_types(folder: Path) -> Path:
    """Return a folder with the types of the tests beside those that are shipped."""
    types = folder / "types"
    for shipped in (TYPES, ROOT / "config" / "authorization_details"):
        shutil.copytree(shipped, types, dirs_exist_ok=True)
    return types


def _await(process: subprocess.Popen[bytes], output: Path) -> None:
    deadline = monotonic() + PATIENCE_SECONDS
    while b"Ctrl-C" not in output.read_bytes():
        if process.poll() is not None or monotonic() > deadline:
            raise AssertionError(output.read_text("utf-8"))
        Event().wait(POLL_SECONDS)
