"""Running the jobs that time calls: in a program of their own, or beside the server."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import click

from idp.cli.tools import ToolBox, check_schema, fail
from idp.settings_values import ROOT

WATCH_SECONDS = 0.2
STOP_SECONDS = 15
# Jobs that cannot run, for want of memory perhaps, must not take what is left by starting.
AGAIN_SECONDS = 5


@click.group()
def jobs() -> None:
    """Look after what time calls: logout notices, expired sessions, old rows."""


@jobs.command()
@click.option("--once", is_flag=True, help="Do what there is to do now, and end.")
@click.option("--beside", type=int, hidden=True, help="End with this process, which started this one.")
@click.pass_obj
def run(box: ToolBox, once: bool, beside: int | None) -> None:  # noqa: FBT001 - click passes flags so
    """Run the jobs until told to stop; any number of nodes may do so."""
    tools = box()
    check_schema(tools)
    if once:
        results = tools.jobs.run_once()
        for name, done in results.items():
            click.echo(f"{name.replace('_', ' ')}: {'failed' if done is None else done}")
        if None in results.values():
            fail("Not every job could be done; the log says why.")
        return
    told: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: told.append(number))
    stop = Event()
    worker = Thread(target=tools.jobs.run, args=(stop,))
    worker.start()
    # Whoever is killed cannot tell: the child of a dead parent gets another one.
    while worker.is_alive() and not told and beside in {None, os.getppid()}:
        time.sleep(WATCH_SECONDS)
    stop.set()
    worker.join()


@contextmanager
def jobs_beside() -> Iterator[None]:
    """Run the jobs in a program of their own while the block lasts, again whenever it ends by itself.

    A thread would not do: the server forks its workers, and threads do not survive a fork.
    """
    stop = Event()
    # Begun before the server forks: a worker that is forked while a program begins holds the pipe by which
    # we learn that it has begun, and we would wait for as long as that worker lives.
    keeper = Thread(target=_keep_running, args=(stop, _begin()))
    keeper.start()
    try:
        yield
    finally:
        stop.set()
        keeper.join()


def _begin() -> subprocess.Popen[bytes] | None:
    command = (sys.executable, "-m", "idp", "jobs", "run", "--beside", str(os.getpid()))
    try:
        return subprocess.Popen(command, cwd=ROOT)  # noqa: S603 - our own command
    except OSError:
        click.echo(f"The jobs cannot start; they try again in {AGAIN_SECONDS} seconds.", err=True)
        return None


def _keep_running(stop: Event, process: subprocess.Popen[bytes] | None) -> None:
    while not stop.is_set():
        process = process or _begin()
        if process is None:
            stop.wait(AGAIN_SECONDS)
            continue
        while process.poll() is None and not stop.wait(WATCH_SECONDS):
            pass
        if process.poll() is None:
            _end(process)
        elif process.returncode == 0:
            # Told to stop, with the whole group: the server is about to end as well.
            return
        elif not stop.is_set():
            click.echo(f"The jobs ended unexpectedly; they start again in {AGAIN_SECONDS} seconds.", err=True)
            stop.wait(AGAIN_SECONDS)
        process = None


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        # A notice that was being sent is sent again when its lease is over.
        process.kill()
        process.wait()
