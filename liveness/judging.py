"""What the pool's keeper loads: the models and the policy, ready to begin sessions."""

from dataclasses import dataclass
from pathlib import Path

from liveness.challenge import Challenge
from liveness.match import Template
from liveness.models.store import Store
from liveness.policy import Policy
from liveness.session import Session
from liveness.vision.observer import Observer


@dataclass(frozen=True, slots=True)
class Judges:
    """Begins sessions with the models and the policy that were loaded once."""

    observer: Observer
    policy: Policy

    def __call__(self, challenge: Challenge, *, reference: Template | None, portrait: bool) -> Session:
        """Begin a session."""
        return Session(challenge, self.observer, self.policy, reference=reference, portrait=portrait)


def load(*, models: str | None = None, policy: str | None = None) -> Judges:
    """Load the models of a folder and the policy of a file, or those that come with the library."""
    store = Store(Path(models) if models else None)
    return Judges(Observer(store), Policy.load(Path(policy)) if policy else Policy.shipped())
