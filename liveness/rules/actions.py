"""Whether every action of the challenge was done, in its order and time, and nothing else before it."""

from dataclasses import dataclass
from typing import ClassVar

from liveness.challenge import Challenge
from liveness.finding import Finding, Verdict
from liveness.track import Track


@dataclass(frozen=True, slots=True, kw_only=True)
class Actions:
    """How far an action must go stands in :mod:`liveness.progress`, since guidance needs it too."""

    name: ClassVar[str] = "actions"

    def judge(self, track: Track, challenge: Challenge) -> Finding:
        """Fail at the first action that is wrong; abstain where one is missing: nobody did anything."""
        done = [step for step in track.steps if step.done_at is not None]
        measured = {"done": float(len(done)), "asked": float(len(challenge.actions))}
        if track.neutral is None:
            return Finding(self.name, Verdict.ABSTAIN, "never_at_rest", measured)
        if any(step.wrong for step in track.steps):
            return Finding(self.name, Verdict.FAIL, "wrong_action", measured)
        if tuple(step.action for step in done) != challenge.actions:
            return Finding(self.name, Verdict.ABSTAIN, "action_missing", measured)
        seconds = [step.done_at - step.asked_at for step in done if step.done_at is not None]
        return Finding(self.name, Verdict.PASS, "all_done", measured | {"fastest": min(seconds)})
