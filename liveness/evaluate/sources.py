"""What the evaluation knows of a clip: frames, landmarks, and the gestures that somebody makes in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from liveness.evaluate.attacks import Source
from liveness.evaluate.challenges import BLINK, NOD, OPEN_MOUTH, TURN_LEFT, TURN_RIGHT
from liveness.evaluate.clips import frames_of
from liveness.evaluate.co_operation import Gestures, find_gestures
from liveness.evaluate.manifest import Item
from liveness.evaluate.play import Looking
from liveness.observation import Observation

FEWEST = 10  # frames with a face, to build anything of a clip


@dataclass(frozen=True, slots=True)
class Known:
    """A clip that was looked at: the source for attacks, and what a simulated user can do."""

    source: Source
    gestures: Gestures


class Sources:
    """Looks at clips as they are needed and keeps the last two: one victim and one accomplice."""

    def __init__(self, observer: Looking, blendshapes: Sequence[str]) -> None:
        self._observer = observer
        self._blendshapes = blendshapes
        self.of = lru_cache(maxsize=2)(self._look)

    def _look(self, item: Item) -> Known | None:
        """Return what *item* shows, or nothing where hardly a face is found."""
        frames, landmarks, seen = [], [], []
        previous: Observation | None = None
        for index, frame in enumerate(frames_of(item)):
            previous = self._observer.observe(
                frame,
                index=index,
                at=index / item.rate,
                data=frame.tobytes(),
                full=False,
                previous=previous,
            )
            if previous.landmarks is not None:
                frames.append(frame)
                landmarks.append(previous.landmarks)
                seen.append(previous)
        if len(frames) < FEWEST:
            return None
        source = Source(name=item.name, frames=tuple(frames), landmarks=tuple(landmarks))
        return Known(source=source, gestures=find_gestures(signals_of(seen, self._blendshapes)))


def signals_of(seen: Sequence[Observation], blendshapes: Sequence[str]) -> Mapping[str, Sequence[float]]:
    """Return, for each action, a figure a frame that grows as the gesture is made."""
    yaw = [each.pose.yaw if each.pose else np.nan for each in seen]
    pitch = [each.pose.pitch if each.pose else np.nan for each in seen]

    def shares(*names: str) -> list[float]:
        places = [blendshapes.index(name) for name in names]
        return [
            float(each.blendshapes[places].min()) if each.blendshapes is not None else np.nan for each in seen
        ]

    return {
        TURN_LEFT: yaw,
        TURN_RIGHT: [-angle for angle in yaw],
        NOD: pitch,
        BLINK: shares("eyeBlinkLeft", "eyeBlinkRight"),
        OPEN_MOUTH: shares("jawOpen"),
    }
