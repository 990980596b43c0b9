"""What a pool begins in tests: sessions that do what their first frame says."""

import os
import signal
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from liveness.challenge import Challenge
from liveness.errors import BadFrame
from liveness.finding import Decision, Finding, Outcome, Verdict
from liveness.guidance import Code, Guidance
from liveness.match import Template
from liveness.pool.seats import Begin

ENOUGH = 3
MODEL = "ab" * 32


@dataclass
class Scripted:
    """Obeys frames: ``crash``, ``bug``, ``hang``, ``bad``; any other is a frame of a face."""

    challenge: Challenge
    reference: Template | None
    wants_portrait: bool
    seen: list[tuple[bytes, float]] = field(default_factory=list)
    portrait: bytes | None = None

    @property
    def guidance(self) -> Guidance:
        """Ask for the actions one after the other, a frame each."""
        done = len(self.seen)
        if done >= ENOUGH:
            return Guidance(Code.DONE, None, 1.0, 0.0)
        return Guidance(Code.ACT, self.challenge.actions[done], done / ENOUGH, 5.0)

    def push(self, jpeg: bytes, at: float) -> Guidance:
        """Do what the frame says."""
        match jpeg:
            case b"crash":
                os.kill(os.getpid(), signal.SIGKILL)
            case b"bug":
                raise ZeroDivisionError
            case b"hang":
                signal.pause()
            case b"bad":
                raise BadFrame("not_jpeg")
        self.seen.append((jpeg, at))
        self.portrait = jpeg if self.wants_portrait else None
        return self.guidance

    def decide(self) -> Decision:
        """Pass whoever sent enough; the process is named among the models."""
        enough = len(self.seen) >= ENOUGH
        finding = Finding("frames", Verdict.PASS if enough else Verdict.ABSTAIN, "counted", {"seen": 1.0})
        return Decision(
            outcome=Outcome.PASS if enough else Outcome.INCONCLUSIVE,
            findings=(finding,),
            nonce=self.challenge.nonce,
            policy="00",
            models={"worker": str(os.getpid()), "reference": self.reference.model if self.reference else ""},
            frames=len(self.seen),
            seconds=1.5,
        )

    def template(self) -> Template | None:
        """Return a face, once something was seen."""
        return Template(MODEL, np.eye(1, 128, dtype=np.float32)[0]) if self.seen else None


def scripted(*, log: str = "", fails: str = "") -> Begin:
    """Return what begins a session; *log* is a file that counts how often this was called."""
    if fails:
        raise RuntimeError(fails)
    if log:
        with Path(log).open("a", encoding="utf-8") as file:
            file.write("x")
    return _begin


def _begin(challenge: Challenge, *, reference: Template | None, portrait: bool) -> Scripted:
    return Scripted(challenge, reference, portrait)
