"""Whether the face moves as no flat thing can: a print, however held, and a warped still are one sheet."""

from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np

from liveness.challenge import Challenge
from liveness.finding import Finding, Verdict
from liveness.observation import Floats
from liveness.track import Track

#: Every third point of the face, and the lids and lips, which move most.
POINTS = sorted({*range(0, 468, 3), 159, 145, 386, 374, 13, 14, 33, 133, 263, 362, 61, 291})
EYES = (33, 263)
FIRST = 5
#: Expressions come and go: what counts is the tenth of the frames in which most moves.
QUANTILE = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """*min_motion* is what the best homography leaves, in distances between the outer corners of the eyes."""

    name: ClassVar[str] = "sheet"

    min_motion: float = 0.018
    min_frames: int = 10

    def judge(self, track: Track, challenge: Challenge) -> Finding:
        """Fail when every frame is the neutral one, or the first, under another perspective."""
        del challenge
        faces = [each.landmarks for each in track.seen() if each.landmarks is not None]
        before, after = faces[:FIRST], faces[FIRST:]
        # Who takes long to settle is still for long: what comes after the first request is the answer.
        answers = _answers(track)
        if track.neutral_points is not None and len(answers) >= self.min_frames:
            before, after = [track.neutral_points], answers
        if len(after) < self.min_frames:
            return Finding(self.name, Verdict.ABSTAIN, "too_few_frames", {"frames": float(len(faces))})
        first = np.median([each[POINTS, :2] for each in before], axis=0).astype(np.float32)
        motion = float(np.quantile([_motion(first, each) for each in after], QUANTILE))
        measured = {"motion": motion, "frames": float(len(after))}
        if motion < self.min_motion:
            return Finding(self.name, Verdict.FAIL, "one_sheet", measured)
        return Finding(self.name, Verdict.PASS, "alive", measured)


def _answers(track: Track) -> list[Floats]:
    if not track.steps:
        return []
    since = track.steps[0].asked_at
    return [each.landmarks for each in track.seen() if each.landmarks is not None and each.at >= since]


def _motion(first: Floats, face: Floats) -> float:
    target = np.ascontiguousarray(face[POINTS, :2])
    homography, _ = cv2.findHomography(first, target, 0)
    if homography is None:
        return 0.0
    put = cv2.perspectiveTransform(first[None], homography)[0]
    between = float(np.linalg.norm(face[EYES[0], :2] - face[EYES[1], :2]))
    return float(np.linalg.norm(put - target, axis=1).mean()) / max(between, 1e-6)
