"""The pool of the face library as the provider speaks of it; frames go in, words come out."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from idp.domain.errors import Unavailable
from idp.domain.faces import Busy, Frame, Guidance, Judged, NotJudged, Outcome
from liveness.challenge import Challenge
from liveness.errors import Busy as PoolBusy
from liveness.errors import LivenessError
from liveness.finding import Decision
from liveness.guidance import Guidance as Said
from liveness.match import Template
from liveness.models.catalogue import catalogue
from liveness.models.store import Store
from liveness.pool import Pool


class Decided(Protocol):
    """What the pool says in the end."""

    @property
    def decision(self) -> Decision:
        """Return what was decided, and why."""

    @property
    def template(self) -> Template | None:
        """Return the face as figures, where it was seen from the front."""

    @property
    def portrait(self) -> bytes | None:
        """Return one frontal JPEG, where it was asked for."""


class Seats(Protocol):
    """Live sessions in processes of their own, as a Pool has them; raises LivenessError."""

    def open(self, challenge: Challenge, *, reference: Template | None = None, portrait: bool = False) -> str:
        """Return a seat."""

    def push(self, seat: str, frames: Sequence[Frame]) -> Said:
        """Look at frames."""

    def decide(self, seat: str) -> Decided:
        """Say what came of it and free the seat."""

    def leave(self, seat: str) -> None:
        """Free the seat."""


class PoolJudges:
    """Implements FaceJudges on a *pool*, whose processes hold models and frames."""

    def __init__(self, pool: Seats) -> None:
        self._pool = pool

    def open(self, *, seconds_per_action: float, reference: bytes | None) -> str:
        """Draw a challenge and return the seat of its session; raise Busy or NotJudged."""
        try:
            return self._pool.open(
                Challenge.draw(seconds_per_action=seconds_per_action),
                reference=Template.from_bytes(reference) if reference else None,
                portrait=reference is None,
            )
        except PoolBusy:
            raise Busy from None
        except LivenessError:
            raise NotJudged from None

    def push(self, seat: str, frames: Sequence[Frame]) -> Guidance:
        """Look at frames; raise NotJudged where the seat has gone."""
        try:
            said = self._pool.push(seat, frames)
        except LivenessError:
            raise NotJudged from None
        return Guidance(
            code=said.code, action=said.action, progress=said.progress, seconds_left=said.seconds_left
        )

    def decide(self, seat: str) -> Judged:
        """Say what came of it and free the seat; raise NotJudged."""
        try:
            decided = self._pool.decide(seat)
        except LivenessError:
            raise NotJudged from None
        decision = decided.decision
        return Judged(
            outcome=Outcome(decision.outcome),
            findings=tuple(f"{each.rule}:{each.verdict}:{each.reason}" for each in decision.findings),
            policy=decision.policy,
            models=decision.models,
            frames=decision.frames,
            seconds=decision.seconds,
            template=decided.template.to_bytes() if decided.template else None,
            portrait=decided.portrait,
        )

    def leave(self, seat: str) -> None:
        """Free the seat."""
        self._pool.leave(seat)


@contextmanager
def judging(*, workers: int, seats: int, models: str) -> Iterator[PoolJudges]:
    """Start a pool, which every process that is forked meanwhile shares; raise Unavailable without models."""
    # Without one of them everybody would be refused.
    if not has_models(models):
        raise Unavailable("The models of the face check are missing: run `liveness models fetch`.")
    try:
        pool = Pool(workers=workers, seats=seats, options={"models": models} if models else None)
    except LivenessError:
        raise Unavailable("The face check does not start.") from None
    with pool:
        yield PoolJudges(pool)


def has_models(models: str) -> bool:
    """Say whether every model is in the folder *models*, or where they are put by default."""
    return not Store(Path(models) if models else None).missing()


def template_model() -> str:
    """Return the SHA-256 of the model that makes templates; those of another are of no use."""
    return catalogue()["template"].sha256
