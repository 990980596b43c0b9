"""What a rule says of a session, and what the policy makes of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Verdict(StrEnum):
    """What one rule says."""

    PASS = "pass"
    FAIL = "fail"
    ABSTAIN = "abstain"


class Outcome(StrEnum):
    """What the policy says of the whole session."""

    PASS = "pass"
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule's verdict, a constant word why, and the figures it was reached with."""

    rule: str
    verdict: Verdict
    reason: str
    measured: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, by which rules, policy and models. No image and no embedding is in it."""

    outcome: Outcome
    findings: tuple[Finding, ...]
    nonce: str  #: of the challenge that was answered
    policy: str  #: SHA-256 (hex) of the policy in force
    models: Mapping[str, str]  #: SHA-256 (hex) of every model that was asked, by name
    frames: int
    seconds: float
