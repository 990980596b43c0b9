"""Challenges: random words that are good for one answer, by whom they were given to."""

from dataclasses import dataclass
from datetime import timedelta

from idp.domain.ids import digest, random_secret
from idp.domain.stores import OneTimeStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenges:
    """Gives out challenges for *lifetime*; each is taken back once, for one *owner* alone."""

    kept: OneTimeStore
    lifetime: timedelta

    def give(self, owner: str) -> str:
        """Return a new challenge (256 bits, base64url) for *owner*."""
        challenge = random_secret()
        self.kept.put(_key(challenge), owner, ttl=self.lifetime)
        return challenge

    def take(self, challenge: str, owner: str) -> bool:
        """Say whether *owner* was given the challenge, and nobody has answered it; now it is answered."""
        return self.kept.take(_key(challenge)) == owner


def _key(challenge: str) -> str:
    return f"challenge:{digest(challenge)}"
