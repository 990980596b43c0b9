"""Whether exactly one person is in front of the camera, at every look of the detector."""

from dataclasses import dataclass
from typing import ClassVar

from liveness.challenge import Challenge
from liveness.finding import Finding, Verdict
from liveness.observation import Observation
from liveness.track import Track


@dataclass(frozen=True, slots=True, kw_only=True)
class OneFace:
    """A second face counts from *min_area* of the first; faces in a poster far behind are smaller."""

    name: ClassVar[str] = "one_face"

    min_area: float = 0.2
    max_lost: float = 0.15
    min_looks: int = 3

    def judge(self, track: Track, challenge: Challenge) -> Finding:
        """Fail when a second face is seen, or the face is often lost."""
        del challenge
        looks = [each for each in track.observations if each.looked]
        lost = sum(each.landmarks is None for each in track.observations) / max(1, len(track.observations))
        crowds = sum(self.is_crowd(each) for each in looks)
        measured = {"looks": float(len(looks)), "crowds": float(crowds), "lost": lost}
        if len(looks) < self.min_looks:
            return Finding(self.name, Verdict.ABSTAIN, "too_few_looks", measured)
        if crowds:
            return Finding(self.name, Verdict.FAIL, "second_face", measured)
        if lost > self.max_lost:
            return Finding(self.name, Verdict.FAIL, "face_lost", measured)
        return Finding(self.name, Verdict.PASS, "one_face", measured)

    def is_crowd(self, seen: Observation) -> bool:
        """Say whether a second face is near enough to count."""
        return len(seen.faces) > 1 and seen.faces[1].area >= self.min_area * seen.faces[0].area
