"""One rule a file: a frozen class with its thresholds, whose `judge` reads a track and returns a finding.

A rule keeps nothing and decides nothing: what a fail or an abstention means stands in the policy.
"""

from typing import ClassVar, Protocol

from liveness.challenge import Challenge
from liveness.finding import Finding
from liveness.track import Track


class Rule(Protocol):
    """What every rule has."""

    name: ClassVar[str]

    def judge(self, track: Track, challenge: Challenge) -> Finding:
        """Say pass, fail or abstain, and why."""
