"""What the policy would have said without a rule, and by the passive rules alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from liveness.evaluate.metrics import Rate
from liveness.evaluate.results import Result
from liveness.finding import Finding, Outcome, Verdict

ACTIVE = frozenset({"actions"})  # judge how the challenge was answered
NEEDS_A_TURN = frozenset({"depth", "shading"})  # may abstain where nobody was asked to turn


class Policy(Protocol):
    """What makes one outcome of the findings; `liveness.policy.Policy` is one."""

    def decide(self, findings: tuple[Finding, ...]) -> Outcome:
        """Say what the session comes to."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What changes when one rule is left out, or what holds with all of them (*rule* is empty)."""

    rule: str
    attacks: Rate  #: accepted with a challenge
    passive_attacks: Rate  #: accepted by the passive rules
    clips: Rate  #: bona fide, refused by the passive rules
    co_operative: Rate  #: bona fide, refused with a challenge
    stopped_alone: int  #: attacks that no other rule stops


def accepted(result: Result, policy: Policy, *, without: frozenset[str] = frozenset()) -> bool:
    """Tell whether the session passes when the rules of *without* are taken for passed."""
    if not result.verdicts:
        return False  # a typed error refuses
    return _passes(
        [_passed(finding) if finding.rule in without else finding for finding in result.findings], policy
    )


def accepted_passively(result: Result, policy: Policy, *, without: frozenset[str] = frozenset()) -> bool:
    """Tell whether the session passes by the rules that need no answer to the challenge."""
    if not result.verdicts:
        return False
    return _passes(
        [
            _passed(finding)
            if finding.rule in without | ACTIVE
            or (finding.rule in NEEDS_A_TURN and finding.verdict is Verdict.ABSTAIN)
            else finding
            for finding in result.findings
        ],
        policy,
    )


def ablate(
    policy: Policy, *, attacks: Sequence[Result], clips: Sequence[Result], co_operative: Sequence[Result]
) -> list[LeftOut]:
    """Return the figures with all rules, and then without each of them."""
    rules = sorted({rule for result in [*attacks, *clips, *co_operative] for rule in result.verdicts})
    whole = _left_out("", policy, attacks, clips, co_operative)
    return [whole, *(_left_out(rule, policy, attacks, clips, co_operative) for rule in rules)]


def _left_out(
    rule: str,
    policy: Policy,
    attacks: Sequence[Result],
    clips: Sequence[Result],
    co_operative: Sequence[Result],
) -> LeftOut:
    without = frozenset({rule}) if rule else frozenset()
    taken = [accepted(result, policy, without=without) for result in attacks]
    with_all = [accepted(result, policy) for result in attacks]
    return LeftOut(
        rule=rule,
        attacks=_share(taken),
        passive_attacks=_share(accepted_passively(result, policy, without=without) for result in attacks),
        clips=_share(not accepted_passively(result, policy, without=without) for result in clips),
        co_operative=_share(not accepted(result, policy, without=without) for result in co_operative),
        stopped_alone=sum(now and not before for now, before in zip(taken, with_all, strict=True)),
    )


def _share(happened: Iterable[bool]) -> Rate:
    each = list(happened)
    return Rate(sum(each), len(each))


def _passed(finding: Finding) -> Finding:
    return replace(finding, verdict=Verdict.PASS, reason="left_out")


def _passes(findings: Sequence[Finding], policy: Policy) -> bool:
    return policy.decide(tuple(findings)) is Outcome.PASS
