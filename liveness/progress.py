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
#: Eyes may be narrow and lips apart by nature: at rest they only stay as they are, and can go further.
MOST_AT_REST = 0.5
STILL_SHARE = 0.25
STILL_DEGREES = 5.0
#: Frames of a turn from which its depth can be told, and the share of the turn from which they can.
TURNED_FRAMES = 2
TURNED = 0.7
CONSTANTS = {
    "done": DONE,
    "rest": REST,
    "neutral": [NEUTRAL_FRAMES, MOST_AT_REST, STILL_SHARE, STILL_DEGREES],
    "turned": [TURNED_FRAMES, TURNED],
}


class Progress:
    """Moves a track through its challenge, one observation at a time."""

    def __init__(self, challenge: Challenge) -> None:
        self._challenge = challenge
        self._calm: list[Observation] = []
        self._rested = False
        self._closed = False
        self._reached = False
        self._turned = 0
        self._last = 0.0
        self._grace = challenge.grace_seconds
        self._since = 0.0
        self.is_over = False

    def seconds_left(self, at: float, *, is_settled: bool) -> float:
        """Return how long the person still has for what is asked for, *at* so many seconds."""
        if self.is_over:
            return 0.0
        allowed = self._challenge.seconds_per_action if is_settled else self._challenge.settle_seconds
        return max(0.0, self._since + allowed - at)

    def follow(self, track: Track, seen: Observation, *, is_usable: bool) -> None:
        """Take *seen*, the newest observation of *track*, into account.

        Nobody settles in frames that are not *usable* (too dark, too far, two faces), and for a while their
        time is not counted.
        """
        if self.is_over:
            return
        if not is_usable:
            lost = min(self._grace, seen.at - self._last)
            self._grace -= lost
            self._since += lost
        self._last = seen.at
        is_settled = track.neutral is not None
        if self.seconds_left(seen.at, is_settled=is_settled) <= 0:
            self.is_over = True
        elif not is_settled:
            self._settle(track, seen, is_usable=is_usable)
        elif seen.pose is not None:
            self._act(track, track.steps[-1], seen)

    def _settle(self, track: Track, seen: Observation, *, is_usable: bool) -> None:
        self._calm = [*self._calm, seen][-NEUTRAL_FRAMES:] if is_usable and _is_calm(seen) else []
        if len(self._calm) == NEUTRAL_FRAMES and _is_still(self._calm):
            track.rest(self._calm)
            self._ask(track, seen.at)

    def _ask(self, track: Track, at: float) -> None:
        track.steps.append(Step(self._challenge.actions[len(track.steps)], at))
        self._since = at
        self._begin()

    def _begin(self) -> None:
        self._rested = self._closed = self._reached = False
        self._turned = 0

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
                self._begin()
                return
            step.done_at = seen.at
            if len(track.steps) == len(self._challenge.actions):
                self.is_over = True
            else:
                self._ask(track, seen.at)

    def _is_done(self, action: Action, moved: float) -> bool:
        if action.is_turn:
            # Whoever turns fast is seen from the side on the way back too.
            self._reached = self._reached or moved >= DONE[action]
            self._turned += moved >= TURNED * DONE[action]
            return self._reached and self._turned >= TURNED_FRAMES
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
    return is_frontal(seen) and max(signals.blink, signals.mouth) < MOST_AT_REST


def _is_still(calm: list[Observation]) -> bool:
    yaws = [each.pose.yaw for each in calm if each.pose]
    pitches = [each.pose.pitch for each in calm if each.pose]
    signals = [signals_of(each) for each in calm]
    shares = ([each.blink for each in signals], [each.mouth for each in signals])
    return all(max(each) - min(each) < STILL_DEGREES for each in (yaws, pitches)) and all(
        max(each) - min(each) < STILL_SHARE for each in shares
    )
