"""Whether the face stays the same person's from the first look to the last."""

from dataclasses import dataclass
from itertools import combinations
from typing import ClassVar

from liveness.challenge import Challenge
from liveness.finding import Finding, Verdict
from liveness.track import Track, is_frontal


@dataclass(frozen=True, slots=True, kw_only=True)
class Continuity:
    """*min_cosine* between any two looks, by the identity model: frontal ones, and one at each action."""

    name: ClassVar[str] = "continuity"

    min_cosine: float = 0.35
    min_looks: int = 2

    def judge(self, track: Track, challenge: Challenge) -> Finding:
        """Fail when two looks are unlike, abstain when nobody saw who did an action."""
        del challenge
        acts = {step.done_at for step in track.steps if step.done_at is not None}
        seen = {each.at for each in track.seen() if each.identity is not None}
        looks = [
            each.identity
            for each in track.seen()
            if each.identity is not None and (is_frontal(each) or each.at in acts)
        ]
        if len(looks) < self.min_looks:
            return Finding(self.name, Verdict.ABSTAIN, "too_few_looks", {"looks": float(len(looks))})
        if not acts <= seen:
            return Finding(self.name, Verdict.ABSTAIN, "action_unseen", {"looks": float(len(looks))})
        lowest = min(float(one @ other) for one, other in combinations(looks, 2))
        measured = {"lowest_cosine": lowest, "looks": float(len(looks))}
        if lowest < self.min_cosine:
            return Finding(self.name, Verdict.FAIL, "face_changed", measured)
        return Finding(self.name, Verdict.PASS, "same_face", measured)
