"""Whether light falls on the face anew when it turns: a picture that is bent carries its light along."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from liveness.challenge import Challenge
from liveness.finding import Finding, Verdict
from liveness.observation import Floats
from liveness.track import Track


@dataclass(frozen=True, slots=True, kw_only=True)
class Shading:
    """*min_change* is a share of the brightness of the skin, *min_turn* and *max_turn* are degrees."""

    name: ClassVar[str] = "shading"

    min_turn: float = 10.0
    max_turn: float = 25.0
    min_change: float = 0.02
    min_frames: int = 2

    def judge(self, track: Track, challenge: Challenge) -> Finding:
        """Fail when each patch of the turned face is as bright as it was, but for the light of the whole."""
        del challenge
        rest, straight = track.neutral, track.neutral_skin
        if rest is None or straight is None:
            return Finding(self.name, Verdict.ABSTAIN, "never_at_rest")
        turned = [
            each.skin
            for each in track.seen()
            if each.pose
            and each.skin is not None
            and self.min_turn <= abs(each.pose.yaw - rest.yaw) <= self.max_turn
        ]
        if len(turned) < self.min_frames:
            return Finding(self.name, Verdict.ABSTAIN, "never_turned", {"frames": float(len(turned))})
        change = float(np.median([change_of(straight, each) for each in turned]))
        measured = {"change": change, "frames": float(len(turned))}
        if change < self.min_change:
            return Finding(self.name, Verdict.FAIL, "light_carried_along", measured)
        return Finding(self.name, Verdict.PASS, "lit_anew", measured)


def change_of(straight: Floats, turned: Floats) -> float:
    """Return by what share half of the skin changed at least, beyond what the whole face did."""
    ratios = np.log(turned / straight)
    return float(np.median(np.abs(ratios - np.median(ratios))))
