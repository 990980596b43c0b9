"""The figures of a report, counted from the results."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from liveness.evaluate import results as ways
from liveness.evaluate.ablation import LeftOut, Policy, ablate, accepted, accepted_passively
from liveness.evaluate.attacks import SPECIES
from liveness.evaluate.manifest import BONA_FIDE
from liveness.evaluate.metrics import OperatingPoint, Rate, at_threshold, det_curve, operating_point
from liveness.evaluate.results import Ledger, Result, Scores, of_group
from liveness.finding import Outcome, Verdict

FALSE_MATCH_RATES = (1e-2, 1e-3, 1e-4)


@dataclass(frozen=True, slots=True)
class SpeciesRow:
    """One attack species: how often it was taken for a live person, and which rules said no."""

    name: str
    kind: str
    realism: str
    active: Rate  #: APCER, with a challenge
    passive: Rate  #: APCER, by the passive rules alone
    silent: Rate  #: APNRR: neither taken for live nor for an attack
    furthest: str  #: the most actions that any of them got through
    stopped_by: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """A bona fide session that was refused, or an attack that was accepted, with the reason."""

    name: str
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Matching:
    """What a matcher does over all pairs."""

    scores: Scores
    own: OperatingPoint  #: at the threshold that it ships with
    points: tuple[tuple[float, OperatingPoint], ...]  #: by the false match rate that was asked for
    curve: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds of judging, on one core."""

    sessions: int
    session_median: float
    session_longest: float
    frame_median: float
    frame_late: float  #: the 95th percentile
    frames_median: int


@dataclass(frozen=True, slots=True)
class Summary:
    """Everything that the report shows."""

    species: tuple[SpeciesRow, ...]
    clips: Rate  #: bona fide clips refused by the passive rules
    co_operative: Rate  #: simulated users refused with a challenge
    co_operative_silent: Rate  #: BPNRR: of these, the ones that came to no decision
    tries: Rate  #: fixed clips accepted, of random challenges
    tries_answered: Rate  #: of these, the ones whose steps were all seen, whatever other rules said
    ablation: tuple[LeftOut, ...]
    refused: tuple[Refused, ...]
    accepted: tuple[Refused, ...]
    matching: tuple[Matching, ...]
    cost: Cost | None
    not_played: tuple[tuple[str, str], ...]


def summarise(ledger: Ledger, policy: Policy, *, not_played: Sequence[tuple[str, str]] = ()) -> Summary:
    """Count everything."""
    results = list(ledger.results.values())
    clips = [each for each in of_group(results, ways.CLIP) if each.label == BONA_FIDE]
    users = of_group(results, ways.CO_OPERATIVE)
    tries = of_group(results, ways.TRIES)
    attacks = [each for each in of_group(results, ways.ATTACK, ways.CLIP) if each.label != BONA_FIDE]
    stills = [each for each in of_group(results, ways.STILL) if each.label != BONA_FIDE]
    return Summary(
        species=tuple(_species(attacks, stills, policy)),
        clips=_rate(clips, lambda each: not accepted_passively(each, policy)),
        co_operative=_rate(users, lambda each: not accepted(each, policy)),
        co_operative_silent=_rate(users, _is_silent),
        tries=_rate(tries, lambda each: accepted(each, policy)),
        tries_answered=_rate(tries, _answered),
        ablation=tuple(ablate(policy, attacks=attacks, clips=clips, co_operative=users)),
        refused=tuple(_refusals(clips, users, policy)),
        accepted=tuple(_acceptances(attacks, tries, policy)),
        matching=tuple(_matching(scores) for scores in ledger.scores.values()),
        cost=_cost(of_group(results, ways.CLIP, ways.CO_OPERATIVE, ways.ATTACK)),
        not_played=tuple(not_played),
    )


def _species(attacks: Sequence[Result], stills: Sequence[Result], policy: Policy) -> Iterable[SpeciesRow]:
    known = {species.name: species for species in SPECIES}
    rows: dict[tuple[str, str], list[Result]] = {}
    for attack in attacks:
        rows.setdefault((attack.label, attack.group), []).append(attack)
    for still in stills:
        rows.setdefault((still.label, still.group), []).append(still)
    for (label, group), played in sorted(rows.items(), key=lambda row: _order(*row[0])):
        built = known.get(label) if group == ways.ATTACK else None
        recorded = "a recording" if group == ways.CLIP else "one picture, held before a lens that shakes"
        yield SpeciesRow(
            name=label if built else f"{label} ({'clip' if group == ways.CLIP else 'still'})",
            kind=built.kind if built else "from the table",
            realism=built.realism if built else recorded,
            active=_rate(played, lambda each: accepted(each, policy)),
            passive=_rate(played, lambda each: accepted_passively(each, policy)),
            silent=_rate(played, _is_silent),
            furthest=_furthest(played),
            stopped_by=_stopping(played),
        )


def _is_silent(result: Result) -> bool:
    return result.outcome not in {Outcome.PASS, Outcome.FAIL}


def _furthest(played: Iterable[Result]) -> str:
    """Return the most actions done, of how many: an attack that does none says nothing of the challenge."""
    steps = [
        (each.measured["actions.done"], each.measured["actions.asked"])
        for each in played
        if "actions.done" in each.measured
    ]
    done, asked = max(steps, key=lambda step: (step[0] / step[1], step[1]), default=(0, 0))
    return f"{done:.0f} of {asked:.0f}"


def _order(label: str, group: str) -> tuple[int, int, str]:
    names = [species.name for species in SPECIES]
    return (group != ways.ATTACK, names.index(label) if label in names else len(names), label)


def _stopping(played: Iterable[Result]) -> tuple[tuple[str, int], ...]:
    counted = Counter(
        rule for each in played for rule, (verdict, _) in each.verdicts.items() if verdict == Verdict.FAIL
    )
    counted.update(each.outcome for each in played if not each.verdicts)
    return tuple(counted.most_common())


def _refusals(clips: Sequence[Result], users: Sequence[Result], policy: Policy) -> Iterable[Refused]:
    for each in clips:
        if not accepted_passively(each, policy):
            yield Refused(each.name, "clip, passive rules", why(each))
    for each in users:
        if not accepted(each, policy):
            yield Refused(each.name, f"asked for {', '.join(each.challenge)}", why(each))


def _acceptances(attacks: Sequence[Result], tries: Sequence[Result], policy: Policy) -> Iterable[Refused]:
    for each in attacks:
        if accepted(each, policy):
            yield Refused(each.name, each.label, f"accepted though asked for {', '.join(each.challenge)}")
        elif accepted_passively(each, policy):
            yield Refused(
                each.name, each.label, f"accepted by the passive rules; with a challenge: {why(each)}"
            )
    for each in tries:
        if accepted(each, policy):
            yield Refused(each.name, "fixed clip", f"meets {', '.join(each.challenge)} by chance")


def why(result: Result) -> str:
    """Name the rules that did not pass, each with its reason."""
    said = [
        f"{rule} {'fails' if verdict == Verdict.FAIL else 'abstains'} ({reason})"
        for rule, (verdict, reason) in result.verdicts.items()
        if verdict != Verdict.PASS
    ]
    return "; ".join(said) or result.outcome


def _answered(result: Result) -> bool:
    return result.verdicts.get("actions", ("", ""))[0] == Verdict.PASS


def _matching(scores: Scores) -> Matching:
    return Matching(
        scores=scores,
        own=at_threshold(scores.genuine, scores.impostor, threshold=scores.threshold),
        points=tuple(
            (wanted, operating_point(scores.genuine, scores.impostor, fmr=wanted))
            for wanted in FALSE_MATCH_RATES
        ),
        curve=tuple(det_curve(scores.genuine, scores.impostor)),
    )


def _cost(played: Sequence[Result]) -> Cost | None:
    if not played:
        return None
    sessions = np.array([each.seconds for each in played])
    frames = np.array([cost for each in played for cost in each.frame_seconds] or [0.0])
    return Cost(
        sessions=len(played),
        session_median=float(np.median(sessions)),
        session_longest=float(sessions.max()),
        frame_median=float(np.median(frames)),
        frame_late=float(np.percentile(frames, 95)),
        frames_median=int(np.median([each.frames for each in played])),
    )


def _rate(played: Sequence[Result], happened: Callable[[Result], bool]) -> Rate:
    return Rate(sum(happened(each) for each in played), len(played))
