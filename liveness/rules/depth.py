"""Whether the head is a solid one: on the turn the nose moves otherwise than the plane of the face."""

from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np

from liveness.challenge import Challenge
from liveness.finding import Finding, Verdict
from liveness.observation import Floats
from liveness.track import Track

#: Eyes, brows and mouth span the plane; the ridge, tip and wings of the nose stand out of it.
PLANE = [33, 133, 362, 263, 159, 386, 145, 374, 70, 105, 107, 300, 334, 336, 61, 291, 0, 17, 78, 308]
NOSE = [1, 2, 4, 5, 19, 94, 195, 98, 327]
EYES = (33, 263)


@dataclass(frozen=True, slots=True, kw_only=True)
class Depth:
    """*min_residual* is in distances between the outer corners of the eyes, *min_turn* in degrees."""

    name: ClassVar[str] = "depth"

    min_turn: float = 10.0
    min_residual: float = 0.045
    min_frames: int = 2

    def judge(self, track: Track, challenge: Challenge) -> Finding:
        """Fail when the turned face is the neutral one under another perspective; flat things are."""
        del challenge
        rest, points = track.neutral, track.neutral_points
        if rest is None or points is None:
            return Finding(self.name, Verdict.ABSTAIN, "never_at_rest")
        turned = [
            each.landmarks
            for each in track.seen()
            if each.pose and each.landmarks is not None and abs(each.pose.yaw - rest.yaw) >= self.min_turn
        ]
        if len(turned) < self.min_frames:
            return Finding(self.name, Verdict.ABSTAIN, "never_turned", {"frames": float(len(turned))})
        residual = float(np.median([residual_of(points, each) for each in turned]))
        measured = {"residual": residual, "frames": float(len(turned))}
        if residual < self.min_residual:
            return Finding(self.name, Verdict.FAIL, "flat", measured)
        return Finding(self.name, Verdict.PASS, "solid", measured)


def residual_of(straight: Floats, turned: Floats) -> float:
    """Return how far the nose lies from where the best homography of the plane puts it."""
    source, target = straight[PLANE, :2], turned[PLANE, :2]
    homography, _ = cv2.findHomography(source, target, 0)
    if homography is None:
        return 0.0
    put = cv2.perspectiveTransform(straight[NOSE, :2][None], homography)[0]
    between = float(np.linalg.norm(turned[EYES[0], :2] - turned[EYES[1], :2]))
    return float(np.linalg.norm(put - turned[NOSE, :2], axis=1).mean()) / max(between, 1e-6)
