"""Serving the provider."""

import os
import time
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

import click
from granian.constants import HTTPModes, Interfaces, SSLProtocols
from granian.log import LogLevels
from granian.server.mp import MPServer

from idp.cli.jobs import jobs_beside
from idp.cli.processes import check_ports
from idp.cli.tls import check_certificate
from idp.cli.tools import ToolBox, check_schema, fail
from idp.settings_values import ROOT

KILL_SECONDS = 10
WAKE_SECONDS = 0.1
# Workers and jobs have their own deadlines before this one.
GIVE_UP_SECONDS = 40


class Server(MPServer):
    """Granian, told to stop from a thread.

    Its own handler takes a lock that the interrupted main thread may hold itself, which happens when a
    signal for the whole process group ends the workers at the same moment: then it would wait for ever.
    """

    pin_workers = False

    def signal_handler_interrupt(self, *args: object, **kwargs: object) -> None:
        """Note that the server is to stop."""
        del args, kwargs
        self.interrupt_signal = True
        Thread(target=self._stop, daemon=True).start()

    def signal_handler_reload(self, *args: object, **kwargs: object) -> None:
        """Note that the workers are to be renewed, one after the other, each when its successor serves."""
        del args, kwargs
        self.reload_signal = True
        Thread(target=self.main_loop_interrupt.set, daemon=True).start()

    def _spawn_worker(  # type: ignore[override]  # granian's own servers differ in it
        self, idx: int, target: Any, callback_loader: Callable[[], Any]
    ) -> Any:
        if self.pin_workers:
            callback_loader = partial(_on_core, idx, callback_loader)
        return super()._spawn_worker(idx, target, callback_loader)

    def _stop(self) -> None:
        deadline = time.monotonic() + GIVE_UP_SECONDS
        while time.monotonic() < deadline:
            self.main_loop_interrupt.set()
            time.sleep(WAKE_SECONDS)
        os._exit(1)


def _on_core(number: int, load: Callable[[], Any]) -> Any:
    # One thread of a worker runs at a time; where the kernel moves them about, caches are cold each time.
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[number % len(cores)]})
    return load()


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", type=click.IntRange(1, 256), help="Processes; the settings' by default.")
@click.option("--tls-cert", type=click.Path(path_type=Path), help="Serve TLS with this certificate chain.")
@click.option("--tls-key", type=click.Path(path_type=Path), help="Its private key; both are PEM.")
@click.pass_obj
def serve(
    box: ToolBox, *, host: str, port: int, workers: int | None, tls_cert: Path | None, tls_key: Path | None
) -> None:
    """Serve the provider until it is told to stop."""
    certificate = check_certificate(tls_cert, tls_key)
    tools = box()
    settings = tools.settings
    workers = workers or settings.server.workers
    if workers > 1 and settings.store.is_in_process:
        fail(
            "Several workers share no memory: set IDP_STORE__URL to a Redis address, "
            "or serve with one worker."
        )
    if certificate and not settings.is_secure:
        fail("The issuer is http: set IDP_ISSUER to the https address that people use.")
    check_schema(tools)
    if lacking := tools.key_life.lacking():
        fail(f"There is no signing key for {', '.join(lacking)}: run `idp keys rotate` first.")
    check_ports([port], host)
    os.chdir(ROOT)
    server = Server(
        "wsgi:app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=settings.server.threads,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=KILL_SECONDS,
        working_dir=ROOT,
        ssl_cert=certificate.chain if certificate else None,
        ssl_key=certificate.key if certificate else None,
        ssl_protocol_min=SSLProtocols.tls12,
    )
    server.pin_workers = settings.server.pin_workers
    scheme = "https" if certificate else "http"
    address = f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"

    @server.on_startup
    def say() -> None:
        click.echo(f"Serving {settings.issuer} at {address}.")

    with tools.serving() as load, jobs_beside() if settings.jobs.embedded else nullcontext():
        server.serve(target_loader=load, wrap_loader=False)
