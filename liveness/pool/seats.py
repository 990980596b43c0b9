"""The live sessions of one worker: a bounded number, each with an end."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from liveness.challenge import Challenge
from liveness.errors import BadFrame, BadTime, Busy, SeatGone, SessionOver
from liveness.finding import Decision
from liveness.guidance import Guidance
from liveness.match import Template
from liveness.pool.wire import Frames, Judged

#: Seconds by which a session may outlast its challenge: frames that are late, and reading the last words.
SLACK = 15.0


class Live(Protocol):
    """A session under way; `liveness.session.Session` is one."""

    @property
    def guidance(self) -> Guidance:
        """What the person was told last."""

    @property
    def portrait(self) -> bytes | None:
        """One frontal frame, where it was asked for."""

    def push(self, jpeg: bytes, at: float) -> Guidance:
        """Look at a frame."""

    def decide(self) -> Decision:
        """Say what came of it."""

    def template(self) -> Template | None:
        """Return the face as a template."""


class Begin(Protocol):
    """Begins a session."""

    def __call__(self, challenge: Challenge, *, reference: Template | None, portrait: bool) -> Live:
        """Return a session of *challenge*, that keeps one frontal frame where a *portrait* is wanted."""


@dataclass(slots=True)
class _Seat:
    session: Live
    until: float
    last: float


@dataclass(slots=True)
class Seats:
    """Up to *most* sessions; one whose person sends nothing for *idle* seconds is dropped."""

    begin: Begin
    most: int
    idle: float
    now: Callable[[], float] = time.monotonic
    taken: dict[str, _Seat] = field(default_factory=dict)

    def open(self, name: str, challenge: Challenge, *, reference: Template | None, portrait: bool) -> None:
        """Begin a session under *name*, or raise Busy."""
        self.sweep()
        if len(self.taken) >= self.most:
            raise Busy("Every seat is taken.")
        session = self.begin(challenge, reference=reference, portrait=portrait)
        at = self.now()
        self.taken[name] = _Seat(session, at + challenge.longest + SLACK, at)

    def push(self, name: str, frames: Frames) -> Guidance:
        """Look at *frames*, and return what the person is told; raises SeatGone."""
        seat = self._seat(name)
        seat.last = self.now()
        told = seat.session.guidance
        for jpeg, at in frames:
            try:
                told = seat.session.push(jpeg, at)
            except SessionOver:
                break  # more frames than it looks at
            except (BadFrame, BadTime):
                continue  # as if it had been lost on the way: the rule of timing sees the gap
        return told

    def decide(self, name: str) -> Judged:
        """Return what came of the session, and free its seat; raises SeatGone."""
        session = self._seat(name).session
        del self.taken[name]
        return Judged(session.decide(), session.template(), session.portrait)

    def leave(self, name: str) -> None:
        """Free the seat, if it is still taken."""
        self.taken.pop(name, None)

    def sweep(self) -> None:
        """Drop the sessions whose people have gone, and those that are over their time."""
        at = self.now()
        gone = [name for name, seat in self.taken.items() if at > min(seat.until, seat.last + self.idle)]
        for name in gone:
            del self.taken[name]

    def _seat(self, name: str) -> _Seat:
        self.sweep()
        if name not in self.taken:
            raise SeatGone("The seat was given up.")
        return self.taken[name]
