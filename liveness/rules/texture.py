"""Whether the face looks like skin, by the model for presentation attacks."""

from dataclasses import dataclass
from statistics import fmean
from typing import ClassVar

from liveness.challenge import Challenge
from liveness.finding import Finding, Verdict
from liveness.track import Track


@dataclass(frozen=True, slots=True, kw_only=True)
class Texture:
    """*min_mean* of the shares of “live” over frontal looks. One vote, and fragile: light changes it."""

    name: ClassVar[str] = "texture"

    min_mean: float = 0.70
    min_looks: int = 2

    def judge(self, track: Track, challenge: Challenge) -> Finding:
        """Fail when the looks seem to be of paper or a screen."""
        del challenge
        looks = [each.texture for each in track.frontal() if each.texture is not None]
        if len(looks) < self.min_looks:
            return Finding(self.name, Verdict.ABSTAIN, "too_few_looks", {"looks": float(len(looks))})
        measured = {"mean": fmean(looks), "lowest": min(looks), "looks": float(len(looks))}
        if measured["mean"] < self.min_mean:
            return Finding(self.name, Verdict.FAIL, "not_skin", measured)
        return Finding(self.name, Verdict.PASS, "skin", measured)
