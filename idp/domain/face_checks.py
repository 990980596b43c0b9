"""A face check under way: one person has one at a time, in one visit, for one transaction."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from idp.domain.errors import Refusal
from idp.domain.face_batch import MOST_AGE, Batch
from idp.domain.faces import Frame
from idp.domain.ids import InteractionId, PersonId, SessionId

# Cameras give 30 frames a second, the page sends 10; so much faster nobody has to be.
FASTEST = 15
# What may come at once after a pause.
BURST = 15
# Batches that were lost on their way leave gaps in the numbers.
MOST_LOST = 60
LONGEST = timedelta(minutes=4)
# What the person can mend, as the guidance calls it.
FLAWS = frozenset({"too_dark", "too_bright", "too_far", "too_near", "blurred", "off_centre", "no_face"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceCheck:
    """What belongs to the check, and how far it has come; *key* signs its batches.

    *counted* says that it was taken for a try, which it is from the first action that was told.
    *flaws* is what the person was told to mend, *risks* what is written down of the camera.
    """

    seat: str
    key: str
    visit: InteractionId
    person_id: PersonId
    session_id: SessionId
    transaction_hash: str
    begun_at: datetime
    heard_at: datetime
    number: int = 0
    frames: int = 0
    latest: float = 0.0
    counted: bool = False
    flaws: tuple[str, ...] = ()
    risks: tuple[str, ...] = ()

    def take(self, batch: Batch, now: datetime) -> tuple["FaceCheck", tuple[Frame, ...]]:
        """Return the check after *batch*, which arrives *now*, and its frames with the times we give them.

        Refuses a number that came before, frames that come too fast, and whatever comes too late.
        """
        passed = (now - self.begun_at).total_seconds()
        if not self.number < batch.number <= self.number + MOST_LOST:
            raise Refusal("invalid_request", "The number of the batch does not follow.", status=409)
        if now - self.begun_at > LONGEST:
            raise gone()
        if self.frames + len(batch.frames) > BURST + FASTEST * (passed + MOST_AGE):
            raise Refusal("slow_down", "Frames come faster than a camera gives them.", status=429)
        frames, latest = [], self.latest
        for jpeg, age in batch.frames:
            # Times grow, whatever the browser says of them.
            latest = max(passed - age, latest + 0.001)
            frames.append((jpeg, latest))
        taken = replace(
            self,
            number=batch.number,
            frames=self.frames + len(frames),
            latest=latest,
            heard_at=now,
        )
        return taken, tuple(frames)

    def with_flaw(self, code: str) -> "FaceCheck":
        """Return the check with *code* among what the person was told to mend."""
        is_new = code in FLAWS and code not in self.flaws
        return replace(self, flaws=(*self.flaws, code)) if is_new else self

    def with_risk(self, risk: str) -> "FaceCheck":
        """Return the check with *risk* written down."""
        return self if risk in self.risks else replace(self, risks=(*self.risks, risk))


class FaceChecks(Protocol):
    """The checks under way."""

    def get(self, person_id: PersonId) -> FaceCheck | None:
        """Return the check of the person, or None when there is none any more."""

    def put(self, check: FaceCheck, *, ttl: timedelta) -> None:
        """Keep the check, in place of the one before."""

    def replace(self, old: FaceCheck, new: FaceCheck) -> bool:
        """Swap *old* for *new* unless somebody else was quicker."""

    def finish(self, check: FaceCheck) -> bool:
        """Forget the check of its person; True for exactly one of several callers."""


def gone() -> Refusal:
    """Return what is said of a check that there is not, or that is another's."""
    return Refusal("face_check_gone", "The check is over, or is another page's.", status=409)
