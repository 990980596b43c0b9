"""Whether there is enough to judge by: enough usable frames, in colour."""

from dataclasses import dataclass
from statistics import median
from typing import ClassVar

from liveness.challenge import Challenge
from liveness.finding import Finding, Verdict
from liveness.guidance import Code
from liveness.observation import Observation
from liveness.track import Track


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """*min_sharpness* is a variance of the Laplacian; brightness, chroma and shares run from 0 to 1."""

    name: ClassVar[str] = "quality"

    min_frames: int = 12
    min_usable: float = 0.7
    min_sharpness: float = 20.0
    min_brightness: float = 0.12
    max_brightness: float = 0.92
    max_clipped: float = 0.6
    min_eye_distance: float = 40.0
    max_width: float = 0.9
    min_chroma: float = 0.02

    def judge(self, track: Track, challenge: Challenge) -> Finding:
        """Fail when too few frames show a face well."""
        del challenge
        seen = list(track.seen())
        usable = sum(self.flaw(each) is None for each in seen)
        share = usable / max(1, len(track.observations))
        chroma = [each.cues["chroma"] for each in seen if "chroma" in each.cues]
        measured = {"usable": share, "frames": float(usable)}
        if chroma:
            measured["chroma"] = median(chroma)
        if usable < self.min_frames:
            return Finding(self.name, Verdict.FAIL, "too_few_frames", measured)
        if share < self.min_usable:
            return Finding(self.name, Verdict.FAIL, "poor_frames", measured)
        if not chroma:
            return Finding(self.name, Verdict.ABSTAIN, "no_full_look", measured)
        if measured["chroma"] < self.min_chroma:
            return Finding(self.name, Verdict.FAIL, "no_colour", measured)
        return Finding(self.name, Verdict.PASS, "usable", measured)

    def flaw(self, seen: Observation) -> Code | None:
        """Return what keeps the face from being seen well, as the person is told."""
        quality = seen.quality
        if quality is None:
            return Code.NO_FACE
        if quality.eye_distance < self.min_eye_distance:
            return Code.TOO_FAR
        if seen.faces and seen.faces[0].width > self.max_width * seen.width:
            return Code.TOO_NEAR
        if quality.brightness < self.min_brightness:
            return Code.TOO_DARK
        if quality.brightness > self.max_brightness or quality.clipped > self.max_clipped:
            return Code.TOO_BRIGHT
        return Code.BLURRED if quality.sharpness < self.min_sharpness else None
