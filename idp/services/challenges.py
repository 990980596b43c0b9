"""Challenges: random words that are good for one answer, by whom they were given to."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from idp.domain.clock import Clock
from idp.domain.ids import digest, random_secret
from idp.domain.stores import OneTimeStore

Fault = Literal["wrong_challenge", "late_challenge"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenges:
    """Gives out challenges for *lifetime*; each is taken back once, for one *owner* alone."""

    kept: OneTimeStore
    lifetime: timedelta
    clock: Clock

    def give(self, owner: str) -> str:
        """Return a new challenge (256 bits, base64url) for *owner*."""
        challenge = random_secret()
        until = (self.clock.now() + self.lifetime).isoformat()
        # Kept for longer than it is good, so that who is late can be told from who guesses.
        self.kept.put(_key(challenge), f"{until} {owner}", ttl=2 * self.lifetime)
        return challenge

    def take(self, challenge: str, owner: str) -> bool:
        """Say whether *owner* was given the challenge, and nobody has answered it; now it is answered."""
        return self.fault(challenge, owner) is None

    def fault(self, challenge: str, owner: str) -> Fault | None:
        """Take the challenge back; return why it is not good, or None where it is."""
        until, _, given_to = (self.kept.take(_key(challenge)) or "").partition(" ")
        if given_to != owner:
            return "wrong_challenge"
        return None if self.clock.now() < datetime.fromisoformat(until) else "late_challenge"


def _key(challenge: str) -> str:
    return f"challenge:{digest(challenge)}"
