"""The ports behind a face check: who judges the frames, and who knows whose face it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol

from idp.domain.accounts import Person

# JPEG, and the seconds since the check began, by our clock.
Frame = tuple[bytes, float]
# PIPL article 28 wants the guardians of whoever is younger to agree, which no page of ours can ask them.
YOUNGEST = 14
# Codes of the guidance with which nothing more is wanted.
ENDS = frozenset({"done", "over"})


class Busy(Exception):
    """Every seat is taken."""


class NotJudged(Exception):
    """The frames were not judged, for no fault of the person's: the check begins again."""


class Outcome(StrEnum):
    """What was made of the whole check."""

    PASS = "pass"  # noqa: S105 - a verdict
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guidance:
    """What the person is told: what to mend (*code*), and the one *action* that is asked for now."""

    code: str
    action: str | None
    progress: float
    seconds_left: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What came of the frames. *findings* are constant words (rule, verdict, reason) for the record alone.

    *template* and *portrait* are for the comparison with a reference, and live no longer than that.
    """

    outcome: Outcome
    findings: tuple[str, ...]
    policy: str
    models: Mapping[str, str]
    frames: int
    seconds: float
    template: bytes | None = field(default=None, repr=False)
    portrait: bytes | None = field(default=None, repr=False)


class FaceJudges(Protocol):
    """Judges live sessions of frames; whose face it is they learn from *reference* alone."""

    def open(self, *, seconds_per_action: float, reference: bytes | None) -> str:
        """Draw a challenge and return the seat of its session; raise Busy or NotJudged.

        Without a reference one portrait is kept in memory for the comparison elsewhere.
        """

    def push(self, seat: str, frames: Sequence[Frame]) -> Guidance:
        """Look at frames; raise NotJudged where the seat has gone."""

    def decide(self, seat: str) -> Judged:
        """Say what came of it and free the seat; raise NotJudged."""

    def leave(self, seat: str) -> None:
        """Free the seat."""


class Match(StrEnum):
    """Whether a face is the person's."""

    MATCH = "match"
    MISMATCH = "mismatch"
    LOW_QUALITY = "low_quality"
    NO_REFERENCE = "no_reference"


class Registers(Protocol):
    """An authority that keeps pictures of people; raises Unavailable for whatever is no clear answer."""

    def match_face(self, person: Person, portrait: bytes) -> Match:
        """Say whether *portrait* (JPEG) shows *person*."""


class FaceReferences(Protocol):
    """Knows whose face it is; raises Unavailable when it cannot be asked."""

    def reference(self, person: Person) -> bytes | None:
        """Return the template that was made of the person, where there is one."""

    def match(self, person: Person, judged: Judged) -> Match:
        """Say whether the face that was *judged* live is the person's."""


def may_use_face(person: Person, today: date) -> bool:
    """Say whether *person* is known to be old enough to agree alone that the face is processed."""
    born = person.birthdate
    if born is None:
        return False
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return age >= YOUNGEST
