"""Judging in a bounded pool of processes of its own, so that nothing else waits behind faces.

One process loads the models and is forked into the workers, which share its memory. It stays
small and without threads, and forks another worker when one dies; the caller's own process is
forked once only, when the pool is built: build it before threads start. Workers take jobs from
one Unix socket, in a folder that only this user can read.
"""

import contextlib
import os
import pickle
import select
import shutil
import signal
import socket
import struct
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from liveness.errors import Busy, LivenessError, NotJudged
from liveness.finding import Decision

if TYPE_CHECKING:  # the caller's process needs no OpenCV
    from liveness.challenge import Challenge
    from liveness.match import Template

Frames = Sequence[tuple[bytes, float]]

_LENGTH = struct.Struct("!Q")
_STARTING = 120.0  # seconds that loading the models may take
_LEAVING = 3.0  # seconds after which workers that are still busy are ended


class Judge(Protocol):
    """What a worker does with a job; raises `LivenessError` for what the caller shall hear."""

    def __call__(self, challenge: "Challenge", frames: Frames, reference: "Template | None") -> Decision:
        """Judge one session."""


class Pool:
    """*workers* processes, and room for *places* jobs: those that run and those that wait.

    *make* is called once, in a process of the pool's own, and returns what every worker does.
    A job has *deadline* seconds from being handed in, and its worker as many from taking it.
    """

    def __init__(
        self, *, workers: int, places: int, make: Callable[[], Judge], deadline: float = 20.0
    ) -> None:
        """Start the processes; what *make* raises is raised here, as `NotJudged` unless it is ours."""
        if not 1 <= workers <= places or deadline <= 0:
            raise ValueError("A pool needs a worker, at least as many places, and a deadline.")
        self._deadline = deadline
        self._places = threading.BoundedSemaphore(places)
        self._folder = tempfile.mkdtemp(prefix="liveness-")
        self._address = str(Path(self._folder, "jobs"))
        self._lifeline: int | None = None
        self._owner = os.getpid()
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(self._address)
        listener.listen(places)
        listener.settimeout(0)  # two workers may wake for one job
        held, self._lifeline = os.pipe()
        told, telling = os.pipe()
        self._keeper = os.fork()
        if self._keeper == 0:
            os.close(self._lifeline)
            os.close(told)
            _keep(workers, make, _Post(listener, held, deadline), telling)
        listener.close()
        os.close(held)
        os.close(telling)
        self._await_start(told)

    def judge(
        self, challenge: "Challenge", frames: Frames, *, reference: "Template | None" = None
    ) -> Decision:
        """Have *frames* judged: JPEGs with the seconds at which the server received them.

        Raises `Busy` at once when every place is taken, `NotJudged` when the worker died or the
        deadline has passed, and whatever `LivenessError` the judge raised.
        """
        if self._lifeline is None:
            raise NotJudged("closed")
        if not self._places.acquire(blocking=False):
            raise Busy("Every place is taken.")
        try:
            return self._ask((challenge, tuple(frames), reference))
        finally:
            self._places.release()

    def close(self) -> None:
        """Let workers end what they do, end those that take too long, and remove the socket.

        A process that was forked from the one that built the pool only lets go of it.
        """
        if self._lifeline is None:
            return
        os.close(self._lifeline)
        self._lifeline = None
        if os.getpid() != self._owner:
            return
        shutil.rmtree(self._folder, ignore_errors=True)
        until = time.monotonic() + _LEAVING
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(self._keeper, os.WNOHANG)[0] == 0:
                if time.monotonic() > until:
                    with contextlib.suppress(ProcessLookupError):
                        os.killpg(self._keeper, signal.SIGKILL)
                select.select([], [], [], 0.01)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _await_start(self, told: int) -> None:
        """Wait until the models are loaded, or raise why they are not."""
        with open(told, "rb") as said:
            started, _, _ = select.select([told], [], [], _STARTING)
            answer = said.read() if started else b""
        error = pickle.loads(answer) if answer else NotJudged("worker_died")  # noqa: S301  (our own process)
        if error is not None:
            self.close()
            raise error

    def _ask(self, job: object) -> Decision:
        until = time.monotonic() + self._deadline
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(self._deadline)
                line.connect(self._address)
                _send(line, job, until)
                answer = _receive(line, until)
        except BlockingIOError as error:
            # Places are counted in each process; where several were forked, the queue itself may be full.
            raise Busy("Every place is taken.") from error
        except TimeoutError as error:
            raise NotJudged("too_slow") from error
        except (ConnectionError, FileNotFoundError, EOFError) as error:
            late = time.monotonic() >= until
            raise NotJudged("too_slow" if late else "worker_died") from error
        if isinstance(answer, LivenessError):
            raise answer
        if not isinstance(answer, Decision):
            raise NotJudged("worker_died")
        return answer


class _Post:
    """Where a worker gets its jobs, and how it learns that the pool is over."""

    def __init__(self, listener: socket.socket, lifeline: int, deadline: float) -> None:
        self.listener = listener
        self.lifeline = lifeline
        self.deadline = deadline

    def next(self) -> socket.socket | None:
        """Wait for a caller; there is none any more when the lifeline is cut."""
        while True:
            ready, _, _ = select.select([self.listener.fileno(), self.lifeline], [], [])
            if self.lifeline in ready:
                return None
            with contextlib.suppress(BlockingIOError):
                return self.listener.accept()[0]


def _keep(workers: int, make: Callable[[], Judge], post: _Post, telling: int) -> None:
    """Load once, fork the workers, and fork another when one dies. Does not return."""
    status = 1
    try:
        os.setpgid(0, 0)  # a signal for the caller's group is not for ours; the lifeline ends us
        for handled in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD):
            signal.signal(handled, signal.SIG_DFL)
        judge = _load(make, telling)
        if judge is not None:
            alive = {_fork(judge, post) for _ in range(workers)}
            while alive:
                gone, how = os.waitpid(-1, 0)
                alive.discard(gone)
                if how != 0:  # workers leave in order only when the pool is over
                    alive.add(_fork(judge, post))
            status = 0
    except BaseException:  # noqa: BLE001  (nothing of the caller's process may run on in here)
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def _load(make: Callable[[], Judge], telling: int) -> Judge | None:
    """Make the judge and say that it is there, or say why not."""
    judge, wrong = None, None
    try:
        judge = make()
    except LivenessError as error:
        wrong = error
    except Exception:  # noqa: BLE001  (the caller hears of it, the trace goes to the log)
        traceback.print_exc()
        wrong = NotJudged("worker_died")
    with open(telling, "wb") as saying:
        saying.write(pickle.dumps(wrong))
    return judge


def _fork(judge: Judge, post: _Post) -> int:
    worker = os.fork()
    if worker:
        return worker
    status = 1
    try:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        while (line := post.next()) is not None:
            with line:
                _serve(judge, line, post.deadline)
        status = 0
    except BaseException:  # noqa: BLE001  (a bug: the trace goes to the log, another worker comes)
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def _serve(judge: Judge, line: socket.socket, deadline: float) -> None:
    """Do one job; the alarm ends this process when it takes too long, whatever it is doing."""
    signal.setitimer(signal.ITIMER_REAL, deadline)
    until = time.monotonic() + deadline
    try:
        line.settimeout(deadline)
        job = _receive(line, until)
        if _has_gone(line):
            return
        answer: Decision | LivenessError
        try:
            answer = judge(*job)  # type: ignore[misc]  # what Pool.judge sends
        except LivenessError as error:
            answer = error.with_traceback(None)
        _send(line, answer, until)
    except (ConnectionError, EOFError, TimeoutError):
        pass  # the caller has gone
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _has_gone(line: socket.socket) -> bool:
    """Tell whether the caller gave up while the job waited for a worker."""
    heard, _, _ = select.select([line.fileno()], [], [], 0)  # a caller that is there says no more
    return bool(heard) and not line.recv(1, socket.MSG_PEEK)


def _send(line: socket.socket, value: object, until: float) -> None:
    content = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    line.settimeout(_left(until))
    line.sendall(_LENGTH.pack(len(content)) + content)


def _receive(line: socket.socket, until: float) -> object:
    (length,) = _LENGTH.unpack(_read(line, _LENGTH.size, until))
    return pickle.loads(_read(line, length, until))  # noqa: S301  (only our own processes reach the socket)


def _read(line: socket.socket, length: int, until: float) -> bytes:
    content = bytearray()
    while len(content) < length:
        line.settimeout(_left(until))
        part = line.recv(min(length - len(content), 1 << 20))
        if not part:
            raise EOFError
        content += part
    return bytes(content)


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
