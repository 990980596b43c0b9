"""Whether the frames come from a camera now, or the same ones come again."""

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import numpy as np

from liveness.challenge import Challenge
from liveness.finding import Finding, Verdict
from liveness.track import Track


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """*max_repeats* of byte-equal frames; *min_change* of mean luma (0 to 255) from frame to frame."""

    name: ClassVar[str] = "replay"

    max_repeats: int = 1
    min_change: float = 0.15
    min_frames: int = 8

    def judge(self, track: Track, challenge: Challenge) -> Finding:
        """Fail when frames repeat, or nothing moves, as in a still picture."""
        del challenge
        frames = track.observations
        if len(frames) < self.min_frames:
            return Finding(self.name, Verdict.ABSTAIN, "too_few_frames", {"frames": float(len(frames))})
        repeats = sum(times - 1 for times in Counter(each.digest for each in frames).values())
        changes = [
            float(np.abs(one.thumbnail.astype(np.int16) - next_.thumbnail).mean())
            for one, next_ in pairwise(frames)
        ]
        measured = {"repeats": float(repeats), "change": float(np.median(changes))}
        if repeats > self.max_repeats:
            return Finding(self.name, Verdict.FAIL, "repeated_frames", measured)
        if measured["change"] < self.min_change:
            return Finding(self.name, Verdict.FAIL, "frozen", measured)
        return Finding(self.name, Verdict.PASS, "moving", measured)
