"""One session from its first frame to its decision: what a worker of the pool does."""

from dataclasses import dataclass

from liveness.challenge import Challenge
from liveness.errors import BadFrame, BadTime, SessionOver
from liveness.finding import Decision
from liveness.guidance import Code
from liveness.match import Template
from liveness.policy import Policy
from liveness.pool import Frames
from liveness.session import Session
from liveness.vision.observer import Observer


@dataclass(frozen=True, slots=True)
class SessionJudge:
    """Judges whole sessions, with the models and the policy that were loaded once."""

    observer: Observer
    policy: Policy

    def __call__(self, challenge: Challenge, frames: Frames, reference: Template | None) -> Decision:
        """Push *frames* until the session has seen enough, and decide."""
        session = Session(challenge, self.observer, self.policy, reference=reference)
        for jpeg, at in frames:
            try:
                if session.push(jpeg, at).code in {Code.DONE, Code.OVER}:
                    break
            except SessionOver:
                break  # more frames than it looks at: it decides on those it saw
            except (BadFrame, BadTime):
                continue  # as if it had been lost on the way: the rule of timing sees the gap
        return session.decide()
