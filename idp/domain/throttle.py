"""The port that counts tries and says when it is enough."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Tries:
    """What is left: *remaining* tries before *until*."""

    allowed: bool
    remaining: int
    until: datetime


class Throttle(Protocol):
    """Counts tries by key in windows of time, shared by all nodes."""

    def hit(self, key: str) -> Tries:
        """Count one try and say whether it is still allowed."""

    def peek(self, key: str) -> Tries:
        """Say what is left without counting."""

    def give_back(self, key: str) -> None:
        """Take back one try that was counted and was none."""

    def clear(self, key: str) -> None:
        """Forget the tries of *key*."""
