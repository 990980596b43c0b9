"""Whether frames came as a camera gives them: often enough, and without long gaps."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from liveness.challenge import Challenge
from liveness.finding import Finding, Verdict
from liveness.track import Track


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """*min_rate* in frames a second (of those that were looked at), *max_gap* in seconds."""

    name: ClassVar[str] = "timing"

    min_rate: float = 4.0
    max_gap: float = 1.5
    min_frames: int = 8

    def judge(self, track: Track, challenge: Challenge) -> Finding:
        """Fail when somebody could have changed hands between two frames."""
        del challenge
        times = [each.at for each in track.observations]
        if len(times) < self.min_frames:
            return Finding(self.name, Verdict.ABSTAIN, "too_few_frames", {"frames": float(len(times))})
        gaps = np.diff(times)
        measured = {"rate": float(len(gaps) / max(times[-1] - times[0], 1e-6)), "gap": float(gaps.max())}
        if measured["rate"] < self.min_rate:
            return Finding(self.name, Verdict.FAIL, "too_slow", measured)
        if measured["gap"] > self.max_gap:
            return Finding(self.name, Verdict.FAIL, "gap", measured)
        return Finding(self.name, Verdict.PASS, "steady", measured)
