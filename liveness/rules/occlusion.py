"""Whether eyes and mouth can be seen: neither sunglasses nor a mask."""

from dataclasses import dataclass
from statistics import median
from typing import ClassVar

from liveness.challenge import Challenge
from liveness.finding import Finding, Verdict
from liveness.track import Track


@dataclass(frozen=True, slots=True, kw_only=True)
class Occlusion:
    """*max_mouth* and *max_eyes* are how unlike the cheeks they may be (see the cues of a frame)."""

    name: ClassVar[str] = "occlusion"

    max_mouth: float = 40.0
    max_eyes: float = 45.0
    min_looks: int = 2

    def judge(self, track: Track, challenge: Challenge) -> Finding:
        """Fail when something covers them."""
        del challenge
        looks = [each.cues for each in track.frontal() if "mouth" in each.cues]
        if len(looks) < self.min_looks:
            return Finding(self.name, Verdict.ABSTAIN, "too_few_looks", {"looks": float(len(looks))})
        measured = {
            "mouth": median(each["mouth"] for each in looks),
            "eyes": median(each["eyes"] for each in looks),
        }
        if measured["mouth"] > self.max_mouth:
            return Finding(self.name, Verdict.FAIL, "mouth_covered", measured)
        if measured["eyes"] > self.max_eyes:
            return Finding(self.name, Verdict.FAIL, "eyes_covered", measured)
        return Finding(self.name, Verdict.PASS, "uncovered", measured)
