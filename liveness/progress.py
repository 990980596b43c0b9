"""Following the actions: each must begin from rest after it was asked for, and nothing else come first."""

from collections.abc import Mapping

from liveness.challenge import Action, Challenge
from liveness.observation import Observation
from liveness.track import Signals, Step, Track, is_frontal, signals_of

#: How far from the neutral face an action counts. There is one level for both what is asked for and what
#: is not: were small gestures forgiven, a film of them could answer every challenge.
DONE = {
    Action.TURN_LEFT: 15.0,
    Action.TURN_RIGHT: 15.0,
    Action.NOD: 12.0,
    Action.BLINK: 0.30,
    Action.OPEN_MOUTH: 0.40,
}
#: The share of that below which the face is at rest.
REST = 0.5
#: Everybody blinks: that is no wrong answer.
WRONG = frozenset(DONE) - {Action.BLINK}
NEUTRAL_FRAMES = 5
OPEN_EYES = 0.35
CLOSED_MOUTH = 0.35
STILL_DEGREES = 5.0


class Progress:
    """Moves a track through its challenge, one observation at a time."""

    def __init__(self, challenge: Challenge) -> None:
        self._challenge = challenge
        self._calm: list[Observation] = []
        self._rested = False
        self._closed = False
        self.is_over = False

    def follow(self, track: Track, seen: Observation) -> None:
        """Take *seen*, the newest observation of *track*, into account."""
        if self.is_over:
            return
        if track.neutral is None:
            self._settle(track, seen)
            return
        step = track.steps[-1]
        if seen.at - step.asked_at > self._challenge.seconds_per_action:
            self.is_over = True
        elif seen.pose is not None:
            self._act(track, step, seen)

    def _settle(self, track: Track, seen: Observation) -> None:
        if seen.at > self._challenge.settle_seconds:
            self.is_over = True
            return
        self._calm = [*self._calm, seen][-NEUTRAL_FRAMES:] if _is_calm(seen) else []
        if len(self._calm) == NEUTRAL_FRAMES and _is_still(self._calm):
            track.rest(self._calm)
            self._ask(track, seen.at)

    def _ask(self, track: Track, at: float) -> None:
        track.steps.append(Step(self._challenge.actions[len(track.steps)], at))
        self._rested = self._closed = False

    def _act(self, track: Track, step: Step, seen: Observation) -> None:
        moved = _moves(track, seen)
        if not self._rested:
            # What is under way when it is asked for is no answer.
            self._rested = all(moved[action] < REST * DONE[action] for action in DONE)
            return
        wrong = _wrong(step.action, moved)
        if wrong is not None:
            step.wrong = wrong
            self.is_over = True
        elif self._is_done(step.action, moved[step.action]):
            if seen.at - step.asked_at < self._challenge.reaction_seconds:
                # Faster than anybody reads: it was not an answer.
                self._rested = False
                return
            step.done_at = seen.at
            if len(track.steps) == len(self._challenge.actions):
                self.is_over = True
            else:
                self._ask(track, seen.at)

    def _is_done(self, action: Action, moved: float) -> bool:
        if action is not Action.BLINK:
            return moved >= DONE[action]
        # Eyes that close must open again.
        if moved >= DONE[action]:
            self._closed = True
        return self._closed and moved < REST * DONE[action]


def _wrong(asked: Action, moved: Mapping[Action, float]) -> Action | None:
    """Return what was done in place of *asked*.

    Heads that turn also dip a little: of what moves together, that which goes furthest names the gesture.
    Lids name none, since eyes may be closed during each.
    """
    reached = {action: moved[action] / DONE[action] for action in DONE}
    answered = 0.0 if asked is Action.BLINK else reached[asked]
    return next((a for a in DONE if a in WRONG - {asked} and reached[a] >= max(1.0, answered)), None)


def _moves(track: Track, seen: Observation) -> Mapping[Action, float]:
    """Return how far each action is along, in its own unit."""
    now, rest = signals_of(seen), track.neutral or Signals(0.0, 0.0, 0.0, 0.0)
    return {
        Action.TURN_LEFT: now.yaw - rest.yaw,
        Action.TURN_RIGHT: rest.yaw - now.yaw,
        Action.NOD: now.pitch - rest.pitch,
        Action.BLINK: now.blink - rest.blink,
        Action.OPEN_MOUTH: now.mouth - rest.mouth,
    }


def _is_calm(seen: Observation) -> bool:
    signals = signals_of(seen)
    return is_frontal(seen) and signals.blink < OPEN_EYES and signals.mouth < CLOSED_MOUTH


def _is_still(calm: list[Observation]) -> bool:
    yaws = [each.pose.yaw for each in calm if each.pose]
    pitches = [each.pose.pitch for each in calm if each.pose]
    return max(yaws) - min(yaws) < STILL_DEGREES and max(pitches) - min(pitches) < STILL_DEGREES
