"""The pool's own program: a keeper that loads the models, and the workers that it is forked into.

It is started by `liveness.pool.Pool`, which tells it what to do in one argument of JSON, and ends when
its standard input does. It writes one line when it is ready.
"""

import contextlib
import importlib
import json
import os
import select
import signal
import socket
import sys
import time
import traceback
from pathlib import Path
from typing import Any, cast

from liveness.challenge import Challenge
from liveness.errors import LivenessError, TooMuch
from liveness.match import Template
from liveness.pool import wire
from liveness.pool.seats import Begin, Seats

BACKLOG = 64
SWEEP = 1.0
STDIN, STDOUT = 0, 1


def main(told: str) -> None:
    """Keep the workers until standard input ends."""
    asked = json.loads(told)
    module, _, name = asked["make"].partition(":")
    # Whoever asks while the models are loaded waits; nobody starts another keeper meanwhile.
    listeners = [_listen(Path(asked["folder"]), number) for number in range(asked["workers"])]
    begin = cast("Begin", getattr(importlib.import_module(module), name)(**asked["options"]))
    workers: dict[int, int] = {}
    for number in range(asked["workers"]):
        workers[_fork(begin, listeners[number], asked)] = number
    os.write(STDOUT, wire.READY)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of the caller's terminal: its end ends us
    woken, waking = os.pipe()
    os.set_blocking(waking, False)
    signal.set_wakeup_fd(waking)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    try:
        while STDIN not in select.select([STDIN, woken], [], [])[0]:
            os.read(woken, 512)
            for gone in _ended(workers):
                number = workers.pop(gone)
                workers[_fork(begin, listeners[number], asked)] = number
    finally:
        for worker in workers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)


def _listen(folder: Path, number: int) -> socket.socket:
    place = Path(wire.address(folder, number))
    place.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(place))
    listener.listen(BACKLOG)
    return listener


def _ended(workers: dict[int, int]) -> list[int]:
    return [worker for worker in workers if os.waitpid(worker, os.WNOHANG)[0]]


def _fork(begin: Begin, listener: socket.socket, asked: dict[str, Any]) -> int:
    keeper, worker = os.getpid(), os.fork()
    if worker:
        return worker
    try:
        signal.set_wakeup_fd(-1)
        for handled in (signal.SIGTERM, signal.SIGCHLD, signal.SIGALRM):
            signal.signal(handled, signal.SIG_DFL)
        seats = Seats(begin, asked["seats"], asked["idle"])
        while True:
            _work(seats, listener, asked["patience"], keeper)
    except BaseException:  # noqa: BLE001  (nothing of the keeper may run on in here)
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(1)


def _work(seats: Seats, listener: socket.socket, patience: float, keeper: int) -> None:
    """Wait for a request and work it off; the alarm ends this process when that takes too long."""
    ready, _, _ = select.select([listener.fileno(), STDIN], [], [], SWEEP)
    if STDIN in ready or os.getppid() != keeper:
        os._exit(0)
    if listener.fileno() not in ready:
        seats.sweep()
        return
    line, _ = listener.accept()
    signal.setitimer(signal.ITIMER_REAL, patience)
    until = time.monotonic() + patience
    try:
        with line:
            _serve(seats, line, until)
    except (ConnectionError, EOFError, TimeoutError, TooMuch):
        pass  # the caller has gone, or is none of ours
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _serve(seats: Seats, line: socket.socket, until: float) -> None:
    header, blobs = wire.receive(line, until=until)
    if _has_gone(line) or not header.keys() >= {"do", "seat"}:
        return  # what nobody waits for is not worked off
    try:
        answer, parts = _answer(seats, header, blobs)
    except LivenessError as error:
        answer, parts = wire.error_to(error), []
    wire.send(line, answer, parts, until=until)


def _answer(seats: Seats, header: wire.Header, blobs: list[bytes]) -> tuple[wire.Header, list[bytes]]:
    match header["do"]:
        case "open":
            reference = Template.from_bytes(blobs[0]) if blobs else None
            challenge = Challenge.from_json(header["challenge"])
            seats.open(header["seat"], challenge, reference=reference, portrait=header["portrait"])
            return {}, []
        case "push":
            if len(blobs) > wire.MAX_FRAMES:
                raise TooMuch("There are more frames than the pool takes at once.")
            told = seats.push(header["seat"], list(zip(blobs, header.get("at", ()), strict=True)))
            return {"guidance": wire.guidance_to(told)}, []
        case "decide":
            return wire.judged_to(seats.decide(header["seat"]))
        case _:
            seats.leave(header["seat"])
            return {}, []


def _has_gone(line: socket.socket) -> bool:
    """Tell whether the caller gave up while the request waited; one that is there says no more."""
    heard, _, _ = select.select([line], [], [], 0)
    return bool(heard) and not line.recv(1, socket.MSG_PEEK)


if __name__ == "__main__":
    main(sys.argv[1])
