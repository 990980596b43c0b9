"""What a session has seen so far: observations in their order, and how the actions went."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from statistics import median

import numpy as np

from liveness.challenge import Action
from liveness.observation import Floats, Observation
from liveness.vision.expression import BLINK_LEFT, BLINK_RIGHT, JAW_OPEN

#: Degrees within which a face counts as looking at the camera.
FRONTAL_YAW, FRONTAL_PITCH = 12.0, 15.0


@dataclass(frozen=True, slots=True)
class Signals:
    """What the actions move: degrees of yaw and pitch, shares of closed eyes and of an open mouth."""

    yaw: float
    pitch: float
    blink: float
    mouth: float


@dataclass(slots=True)
class Step:
    """One action: when it was asked for, and when it was seen; *wrong* is what was done in its place."""

    action: Action
    asked_at: float
    done_at: float | None = None
    wrong: Action | None = None


@dataclass(slots=True)
class Track:
    """Observations of one session; *neutral* is how this face looks when it does nothing."""

    observations: list[Observation] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    neutral: Signals | None = None
    neutral_points: Floats | None = None
    neutral_skin: Floats | None = None

    def seen(self) -> Iterator[Observation]:
        """Yield the observations with a face."""
        return (each for each in self.observations if each.landmarks is not None and each.pose is not None)

    def frontal(self) -> Iterator[Observation]:
        """Yield those that look at the camera."""
        return (each for each in self.seen() if is_frontal(each))

    def rest(self, frames: list[Observation]) -> None:
        """Take *frames* as the neutral face."""
        signals = [signals_of(each) for each in frames]

        def middle(pick: Callable[[Signals], float]) -> float:
            return median(pick(each) for each in signals)

        self.neutral = Signals(
            middle(lambda each: each.yaw),
            middle(lambda each: each.pitch),
            middle(lambda each: each.blink),
            middle(lambda each: each.mouth),
        )
        points = [each.landmarks for each in frames if each.landmarks is not None]
        self.neutral_points = np.asarray(np.median(points, axis=0), np.float32)
        skins = [each.skin for each in frames if each.skin is not None]
        self.neutral_skin = np.asarray(np.median(skins, axis=0), np.float32) if skins else None


def is_frontal(seen: Observation) -> bool:
    """Say whether the face looks at the camera."""
    pose = seen.pose
    return pose is not None and abs(pose.yaw) < FRONTAL_YAW and abs(pose.pitch) < FRONTAL_PITCH


def signals_of(seen: Observation) -> Signals:
    """Return what the actions move; without blendshapes neither eyes nor mouth ever do anything."""
    if seen.pose is None:
        return Signals(0.0, 0.0, 0.0, 0.0)
    shares = seen.blendshapes
    if shares is None:
        return Signals(seen.pose.yaw, seen.pose.pitch, 0.0, 0.0)
    # Both eyes: who squints with one does not blink.
    blink = min(float(shares[BLINK_LEFT]), float(shares[BLINK_RIGHT]))
    return Signals(seen.pose.yaw, seen.pose.pitch, blink, float(shares[JAW_OPEN]))
