"""A simulated user who does what is asked: segments of one person's clip, each with one gesture.

Nobody was recorded answering a challenge. What stands in for it are gestures that people made in
other clips, cut out and played when they are asked for, with a quiet part of the same clip in
between. The cuts, and gestures made for another reason, make this harder than a real answer;
faces that fill the frame and studio light make it easier.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from liveness.evaluate import stage
from liveness.evaluate.attacks import Asked
from liveness.evaluate.challenges import BLINK, NOD, OPEN_MOUTH, TURN_LEFT, can_ask
from liveness.evaluate.puppet import there_and_back
from liveness.evaluate.stage import Generator, Image
from liveness.progress import DONE, MOST_AT_REST, REST, STILL_DEGREES, STILL_SHARE
from liveness.track import FRONTAL_PITCH, FRONTAL_YAW

# A gesture counts when the library would take it for one, and ends where the face is at rest again.
# Degrees for the head, shares of 1 for lids and jaw: all are differences from the quiet stretch.
REACHES: Mapping[str, tuple[float, float]] = {action.value: (far, REST * far) for action, far in DONE.items()}
LONGEST = 45  # frames of one gesture: three seconds
SPARE = 0.9
QUIET = 6  # frames between gestures, played there and back

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Gestures:
    """What one clip has to offer: for each action its frames in order, and a quiet stretch."""

    quiet: tuple[int, ...]
    segments: Mapping[str, tuple[int, ...]]

    @property
    def can_answer(self) -> bool:
        """Whether a challenge can be made of it."""
        return can_ask(self.segments)


def find_gestures(signals: Mapping[str, Sequence[float]]) -> Gestures:
    """Find the gestures in a clip.

    *signals* has, for each action, one figure a frame that grows as the gesture is made (yaw to
    the person's left, yaw to the right, pitch downwards, lids, jaw); a frame without a face has
    NaN in all of them. Of the stretches in which the face is at rest, the one is taken as quiet from
    which most gestures can be told.
    """
    figures = {action: np.asarray(each, np.float64) for action, each in signals.items()}
    length = min(len(each) for each in figures.values())
    stretches = [tuple(range(start, start + QUIET)) for start in range(max(0, length - QUIET) + 1)]
    calm = [stretch for stretch in stretches if _is_calm(figures, stretch)]
    found = [Gestures(quiet=stretch, segments=_segments(figures, stretch)) for stretch in calm]
    clearest = max(found, key=lambda each: _clearness(figures, each), default=None)
    return clearest or Gestures(quiet=(), segments={})


class User:
    """Plays a clip's gestures as they are asked for; each frame gets its own sensor noise."""

    def __init__(self, frames: Sequence[Image], gestures: Gestures, rng: Generator) -> None:
        self._frames = frames
        self._gestures = gestures
        self._rng = rng
        self._rest = 0
        self._queue: list[int] = []
        self._answered = ""

    def play(self, n: int, asked: Asked) -> Image:
        """Return the next frame: of the gesture under way, or of the quiet stretch."""
        del n
        if not self._queue and asked.share > 0 and asked.action != self._answered:
            self._queue = list(self._gestures.segments.get(asked.action, ()))
            self._answered = asked.action
        elif not self._queue and asked.share == 0:
            self._answered = ""  # still asked for: do it again
        if self._queue:
            shown = self._queue.pop(0)
        else:
            shown = self._gestures.quiet[there_and_back(self._rest, len(self._gestures.quiet))]
            self._rest += 1
        return stage.camera(self._frames[shown], self._rng, noise=1.0)


def _median(figures: Values) -> float:
    seen = figures[np.isfinite(figures)]
    return float(np.median(seen)) if len(seen) else 0.0


def _around(figures: Values, peak: int, *, end: float) -> tuple[int, ...] | None:
    """Return the frames around *peak*, from rest to rest.

    Where the clip begins or ends within the gesture, the other half is played backwards.
    """
    safe = np.where(np.isfinite(figures), figures, -np.inf)
    start, stop = peak, peak
    while start > 0 and safe[start] > end and np.isfinite(safe[start - 1]) and peak - start < LONGEST // 2:
        start -= 1
    last = len(safe) - 1
    while stop < last and safe[stop] > end and np.isfinite(safe[stop + 1]) and stop - peak < LONGEST // 2:
        stop += 1
    there, back = list(range(start, peak + 1)), list(range(peak, stop + 1))
    rests_before, rests_after = safe[start] <= end, safe[stop] <= end
    if not rests_before and not rests_after:
        return None
    if not rests_before:
        there = back[::-1]
    if not rests_after:
        back = there[::-1]
    return tuple(there + back[1:])


def _segments(figures: Mapping[str, Values], quiet: tuple[int, ...]) -> dict[str, tuple[int, ...]]:
    """Return the largest gesture of each kind, for somebody who rests as in the *quiet* stretch."""
    relative = {action: each - _median(each[list(quiet)]) for action, each in figures.items()}
    found = {action: _clean(relative, action) for action in relative}
    return {action: segment for action, segment in found.items() if segment is not None}


def _clean(relative: Mapping[str, Values], action: str) -> tuple[int, ...] | None:
    """Return the largest gesture of a kind that nothing else is mixed with, except for a blink."""
    others = {other: each for other, each in relative.items() if other not in {action, BLINK}}
    left = np.where(np.isfinite(relative[action]), relative[action], -np.inf)
    while len(left):
        peak = int(np.argmax(left))
        if left[peak] < REACHES[action][0]:
            break
        segment = _around(relative[action], peak, end=REACHES[action][1])
        if segment and all(each[list(segment)].max() < REACHES[other][0] for other, each in others.items()):
            return segment
        left[max(0, peak - 2) : peak + 3] = -np.inf
    return None


def _clearness(figures: Mapping[str, Values], gestures: Gestures) -> tuple[int, float]:
    """Return how many gestures there are, and how far the faintest goes beyond what it must."""
    quiet = list(gestures.quiet)
    reached = [
        float(np.max(figures[action][list(segment)]) - _median(figures[action][quiet])) / REACHES[action][0]
        for action, segment in gestures.segments.items()
    ]
    return len(reached), min(reached, default=0.0)


def _is_calm(figures: Mapping[str, Values], stretch: tuple[int, ...]) -> bool:
    """Tell whether a session would take the stretch for a face at rest, with a little to spare."""
    there = {action: each[list(stretch)] for action, each in figures.items()}
    if not all(np.isfinite(each).all() for each in there.values()):
        return False
    heads = ((there[TURN_LEFT], FRONTAL_YAW), (there[NOD], FRONTAL_PITCH))
    return (
        all(np.ptp(head) < SPARE * STILL_DEGREES for head, _ in heads)
        and all(np.abs(head).max() < SPARE * frontal for head, frontal in heads)
        and all(np.ptp(share) < SPARE * STILL_SHARE for share in (there[BLINK], there[OPEN_MOUTH]))
        and all(share.max() < SPARE * MOST_AT_REST for share in (there[BLINK], there[OPEN_MOUTH]))
    )
