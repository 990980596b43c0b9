"""Programs that run together: started, awaited, and stopped all at once."""

import errno
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import requests

from idp.cli.tools import fail
from idp.settings_values import ROOT

START_SECONDS = 60.0
STOP_SECONDS = 10.0
POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A program that answers at *url* once it is up."""

    name: str
    command: tuple[str, ...]
    url: str
    environment: dict[str, str]


@dataclass(slots=True)
class Programs:
    """Running programs, what they say written to *log*; when the block ends they all end."""

    log: Path
    running: list[tuple[Program, subprocess.Popen[bytes]]] = field(default_factory=list)

    def __enter__(self) -> Self:
        """Begin with none."""
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> bool:
        """Stop every program; a Ctrl-C has then done its work."""
        for _, process in self.running:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for _, process in self.running:
            try:
                process.wait(max(deadline - time.monotonic(), 0))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        return kind is KeyboardInterrupt

    def start(self, programs: Iterable[Program]) -> None:
        """Start the programs and wait until each answers."""
        out = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        for program in programs:
            # A session of its own: Ctrl-C reaches only us, and we stop the programs in order.
            process = subprocess.Popen(  # noqa: S603 - our own commands
                program.command,
                cwd=ROOT,
                env=os.environ | program.environment,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
            self.running.append((program, process))
        os.close(out)
        deadline = time.monotonic() + START_SECONDS
        for program, process in self.running:
            while not _answers(program.url):
                if process.poll() is not None:
                    fail(f"{program.name} ended while it was starting; {self.log} says why.")
                if time.monotonic() > deadline:
                    fail(f"{program.name} did not start within {START_SECONDS:.0f} seconds.")
                time.sleep(POLL_SECONDS)

    def wait(self) -> None:
        """Wait until one of the programs ends, which none should."""
        while True:
            for program, process in self.running:
                if process.poll() is not None:
                    fail(f"{program.name} ended unexpectedly; {self.log} says why.")
            time.sleep(POLL_SECONDS)


def check_ports(ports: Iterable[int], host: str = "127.0.0.1") -> None:
    """End with one plain sentence when a port of *host* is taken."""
    for port in ports:
        try:
            family, kind, protocol, _, address = socket.getaddrinfo(
                host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
            )[0]
            with socket.socket(family, kind, protocol) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)
        except socket.gaierror:
            fail(f"There is no address {host} on this machine.")
        except PermissionError:
            fail(f"Port {port} needs more rights than you have: choose one above 1023 with --port.")
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:
                fail(f"There is no address {host} on this machine.")
            fail(f"Port {port} is taken: stop the program that uses it, or choose another with --port.")


def _answers(url: str) -> bool:
    session = requests.Session()
    session.trust_env = False  # a proxy in the environment must not stand between us and loopback
    try:
        return session.get(url, timeout=2, allow_redirects=False).ok
    except requests.RequestException:
        return False
