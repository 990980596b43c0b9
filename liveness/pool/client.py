"""The caller's side of the pool: it starts the keeper, and starts it again when it is gone."""

import contextlib
import fcntl
import json
import os
import secrets
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from liveness.challenge import Challenge
from liveness.errors import Busy, LivenessError, NotJudged, SeatGone, TooMuch
from liveness.guidance import Guidance
from liveness.match import Template
from liveness.pool import wire
from liveness.pool.wire import Frames, Judged

DEFAULT = "liveness.judging:load"
SEAT_BYTES = 16
_STARTING = 120.0  # seconds that loading the models may take
_LEAVING = 5.0
_REST = 5.0  # seconds between two tries to start the keeper again


class Pool:
    """*workers* processes with so many *seats* each: the sessions that they hold at once.

    *make* names a function, ``module:name``, that is called once in the keeper with *options* and returns
    what begins a session. Who sends nothing for *idle* seconds has left. A process that is forked from the
    one that built the pool may use it too; all of them together have one keeper.
    """

    def __init__(
        self,
        *,
        workers: int,
        seats: int,
        make: str = DEFAULT,
        options: Mapping[str, str] | None = None,
        idle: float = 20.0,
        patience: float = wire.PATIENCE,
    ) -> None:
        """Start the keeper and wait until the models are loaded; raises NotJudged when they are not."""
        if workers < 1 or seats < 1 or idle <= 0 or patience <= 0:
            raise ValueError("A pool needs a worker, a seat, and times.")
        self._workers, self._patience = workers, patience
        self._folder = Path(tempfile.mkdtemp(prefix="liveness-"))
        self._asked = {
            "folder": str(self._folder),
            "workers": workers,
            "seats": seats,
            "make": make,
            "options": dict(options or {}),
            "idle": idle,
            "patience": patience,
        }
        self._owner = os.getpid()
        self._is_open = True
        self._keeper = self._start()
        try:
            self._await_start(self._keeper)
        except LivenessError:
            self.close()
            raise

    def open(self, challenge: Challenge, *, reference: Template | None = None, portrait: bool = False) -> str:
        """Begin a session and return its seat, by which every process with this pool finds it.

        Raises Busy when no worker has a seat left. With a *portrait* one frontal frame is kept in memory
        until the session is decided, for a comparison elsewhere.
        """
        name = secrets.token_urlsafe(SEAT_BYTES)
        blobs = [reference.to_bytes()] if reference else []
        header = {"do": "open", "challenge": challenge.to_json(), "portrait": portrait}
        first = secrets.randbelow(self._workers)
        full: Busy | None = None
        for step in range(self._workers):
            seat = f"{(first + step) % self._workers}.{name}"
            try:
                self._ask(seat, header, blobs)
            except Busy as busy:
                full = busy
            else:
                return seat
        raise full or NotJudged("down")

    def push(self, seat: str, frames: Frames) -> Guidance:
        """Look at *frames*, JPEGs with the seconds since the session began, in the order they came.

        Broken frames are passed over. Raises SeatGone, NotJudged, or TooMuch for more than 64 frames or
        four megabytes.
        """
        if len(frames) > wire.MAX_FRAMES:
            raise TooMuch("There are more frames than the pool takes at once.")
        header = {"do": "push", "at": [at for _, at in frames]}
        told, _ = self._ask(seat, header, [jpeg for jpeg, _ in frames])
        return wire.guidance_from(told["guidance"])

    def decide(self, seat: str) -> Judged:
        """Return what came of the session, and free its seat; raises SeatGone or NotJudged."""
        return wire.judged_from(*self._ask(seat, {"do": "decide"}, []))

    def leave(self, seat: str) -> None:
        """Free the seat; one that has gone is no error."""
        with contextlib.suppress(LivenessError):
            self._ask(seat, {"do": "leave"}, [])

    def close(self) -> None:
        """End the keeper and its workers; a process that was forked only lets go of them."""
        self._is_open = False
        _let_go(self._keeper)
        if os.getpid() != self._owner:
            return
        try:
            self._keeper.wait(_LEAVING)
        except subprocess.TimeoutExpired:
            self._keeper.kill()
            self._keeper.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _start(self) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "liveness.pool.keeper", json.dumps(self._asked)]
        # A session of its own: what interrupts the caller's terminal does not interrupt the judging.
        return subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
        )

    def _await_start(self, keeper: "subprocess.Popen[bytes]") -> None:
        if keeper.stdout is None:
            raise NotJudged("down")
        started, _, _ = select.select([keeper.stdout], [], [], _STARTING)
        if not started or keeper.stdout.readline() != wire.READY:
            raise NotJudged("down")

    def _start_again(self) -> None:
        """Start another keeper where ours is gone; one process does it, and not again and again."""
        with (self._folder / "lock").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            lock.seek(0)
            last = float(lock.read() or 0)
            if time.monotonic() - last < _REST:
                return
            lock.truncate(0)
            lock.write(str(time.monotonic()))
            lock.flush()
        _let_go(self._keeper)
        self._keeper = self._start()

    def _ask(self, seat: str, header: wire.Header, blobs: Sequence[bytes]) -> tuple[wire.Header, list[bytes]]:
        if not self._is_open:
            raise NotJudged("closed")
        until = time.monotonic() + self._patience
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(self._patience)
                line.connect(wire.address(self._folder, self._worker_of(seat)))
                wire.send(line, header | {"seat": seat}, blobs, until=until)
                answer, parts = wire.receive(line, until=until)
        except TimeoutError as error:
            raise NotJudged("too_slow") from error
        except BlockingIOError as error:
            raise Busy("Too many wait.") from error
        except (ConnectionRefusedError, FileNotFoundError) as error:
            self._start_again()
            raise NotJudged("down") from error
        except (ConnectionError, EOFError) as error:
            raise NotJudged("worker_died") from error
        if "error" in answer:
            raise wire.error_from(answer)
        return answer, parts

    def _worker_of(self, seat: str) -> int:
        number, _, name = seat.partition(".")
        if not name or not number.isdecimal() or int(number) >= self._workers:
            raise SeatGone("There is no such seat.")
        return int(number)


def _let_go(keeper: "subprocess.Popen[bytes]") -> None:
    """Close the pipes to *keeper*, which ends by that."""
    for pipe in (keeper.stdin, keeper.stdout):
        if pipe:
            pipe.close()
    keeper.poll()
