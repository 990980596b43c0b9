"""What the rules' findings mean together: a file says so, and whatever is missing there refuses."""

import json
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from hashlib import sha256
from math import isfinite
from pathlib import Path
from typing import Any, Final, Self

from liveness import progress
from liveness.challenge import Challenge
from liveness.errors import PolicyWrong
from liveness.finding import Finding, Outcome, Verdict
from liveness.rules import Rule
from liveness.rules.actions import Actions
from liveness.rules.continuity import Continuity
from liveness.rules.depth import Depth
from liveness.rules.occlusion import Occlusion
from liveness.rules.one_face import OneFace
from liveness.rules.quality import Quality
from liveness.rules.replay import Replay
from liveness.rules.shading import Shading
from liveness.rules.sheet import Sheet
from liveness.rules.texture import Texture
from liveness.rules.timing import Timing
from liveness.track import Track

KNOWN: Final[tuple[type[Any], ...]] = (
    *(Quality, OneFace, Timing, Continuity, Occlusion),
    *(Actions, Depth, Shading, Sheet, Texture, Replay),
)
FACE_MATCH: Final = "match"
SIGHT: Final = frozenset({"detector", "landmarks", "geometry"})
#: The models without which a rule can say nothing. Frames and their times need none.
NEEDS: Final[Mapping[str, frozenset[str]]] = {
    **{each.name: SIGHT for each in (Quality, OneFace, Occlusion, Depth, Shading, Sheet)},
    Continuity.name: SIGHT | {"identity"},
    Actions.name: SIGHT | {"blendshapes"},
    Texture.name: SIGHT | {"texture"},
    FACE_MATCH: SIGHT | {"template"},
}
MODEL_MISSING: Final = "model_missing"
NOT_A_NUMBER: Final = "not_a_number"
#: Without these nobody was seen to be one live person who does what is asked: they always decide.
ALWAYS: Final = frozenset({Quality.name, OneFace.name, Continuity.name, Actions.name})


class Meaning(StrEnum):
    """What a fail or an abstention of a rule makes of the session."""

    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
    RECORD = "record"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A rule with what its fail and its abstention mean."""

    rule: Rule
    on_fail: Meaning
    on_abstain: Meaning


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a session takes: so many *frames*, looked at no closer than *spacing* seconds.

    Eyes blink in a tenth of a second, so that *blink_spacing* is smaller. Looks with the heavy models
    are *look_spacing* apart in a new step, twice as far in the same, and four times after so many *looks*.
    """

    frames: int = 3600
    spacing: float = 0.09
    blink_spacing: float = 0.04
    looks: int = 8
    look_spacing: float = 0.5
    templates: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """All clauses, the limits, and the cosine from which a face is the reference's."""

    clauses: tuple[Clause, ...]
    limits: Limits
    match_threshold: float

    @classmethod
    def shipped(cls) -> Self:
        """Return the policy that comes with the library."""
        return cls.load(Path(__file__).parent / "policy.toml")

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a TOML file; raise PolicyWrong for what is unknown or missing in it."""
        try:
            table = tomllib.loads(path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise PolicyWrong(f"The policy cannot be read: {type(error).__name__}.") from None
        return cls.read(table)

    @classmethod
    def read(cls, table: Mapping[str, Any]) -> Self:
        """Return the policy of a table as the file holds it. Every rule must be in it."""
        rules = table.get("rules", {})
        if not all(isinstance(each, Mapping) for each in (rules, *table.values(), *_values(rules))):
            raise PolicyWrong("A policy is made of tables.")
        if set(table) != {"rules", "limits", "match"} or set(rules) != {each.name for each in KNOWN}:
            raise PolicyWrong("A policy has limits, match and every rule, and nothing else.")
        if set(table["match"]) != {"threshold"}:
            raise PolicyWrong("A match has a threshold, and nothing else.")
        return cls(
            clauses=tuple(_clause(each, rules[each.name]) for each in KNOWN),
            limits=_filled(Limits, table["limits"]),
            match_threshold=_threshold(table["match"]["threshold"]),
        )

    @property
    def sha256(self) -> str:
        """Return the digest of the policy, to be kept with what was decided under it."""
        clauses = {
            each.rule.name: [each.on_fail, each.on_abstain, asdict(each.rule)]  # type: ignore[call-overload]
            for each in self.clauses
        }
        whole = {
            "rules": clauses,
            "limits": asdict(self.limits),
            "match": self.match_threshold,
            "actions": progress.CONSTANTS,
        }
        return sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()

    def rule(self, kind: type[Any]) -> Any:
        """Return the rule of a *kind* as this policy sets it."""
        return next(each.rule for each in self.clauses if isinstance(each.rule, kind))

    def judge(
        self, track: Track, challenge: Challenge, *, missing: Collection[str] = ()
    ) -> tuple[Finding, ...]:
        """Ask every rule. One that breaks down, or whose models are *missing*, abstains: it passes nobody."""
        return tuple(
            without_models(each.rule.name, missing) or _judge(each.rule, track, challenge)
            for each in self.clauses
        )

    def decide(self, findings: Iterable[Finding]) -> Outcome:
        """Return the worst that any finding means; a clause without a finding is inconclusive."""
        found = tuple(findings)
        by_rule = {
            name: [each for each in found if each.rule == name] for name in {each.rule for each in found}
        }
        meanings = {
            self._meaning(clause, each)
            for clause in self.clauses
            for each in by_rule.get(clause.rule.name, [None])
        }
        meanings |= {MATCH_MEANS[each.verdict] for each in by_rule.get(FACE_MATCH, [])}
        if not self.clauses:
            meanings.add(Meaning.INCONCLUSIVE)
        if Meaning.FAIL in meanings:
            return Outcome.FAIL
        return Outcome.INCONCLUSIVE if Meaning.INCONCLUSIVE in meanings else Outcome.PASS

    @staticmethod
    def _meaning(clause: Clause, finding: Finding | None) -> Meaning:
        if finding is None:
            return Meaning.INCONCLUSIVE
        if finding.verdict is Verdict.PASS:
            return Meaning.RECORD
        return clause.on_fail if finding.verdict is Verdict.FAIL else clause.on_abstain


MATCH_MEANS = {
    Verdict.PASS: Meaning.RECORD,
    Verdict.FAIL: Meaning.FAIL,
    Verdict.ABSTAIN: Meaning.INCONCLUSIVE,
}


def without_models(rule: str, missing: Collection[str]) -> Finding | None:
    """Return the abstention of a *rule* that needs what is *missing*, or None where it does not."""
    if NEEDS.get(rule, frozenset()).isdisjoint(missing):
        return None
    return Finding(rule, Verdict.ABSTAIN, MODEL_MISSING)


def _judge(rule: Rule, track: Track, challenge: Challenge) -> Finding:
    try:
        found = rule.judge(track, challenge)
        is_sound = all(map(isfinite, found.measured.values()))
    except Exception:  # noqa: BLE001 - whatever it is, nobody passes by it
        return Finding(rule.name, Verdict.ABSTAIN, "broke_down")
    # No comparison with what is no number is true: a rule could take it for right.
    return found if is_sound else Finding(rule.name, Verdict.ABSTAIN, NOT_A_NUMBER)


def _clause(kind: type[Any], table: Mapping[str, Any]) -> Clause:
    rest = dict(table)
    try:
        on_fail, on_abstain = Meaning(rest.pop("on_fail")), Meaning(rest.pop("on_abstain"))
    except (KeyError, ValueError):
        raise PolicyWrong(f"The rule {kind.name} needs on_fail and on_abstain.") from None
    if (on_fail is Meaning.RECORD) is not (on_abstain is Meaning.RECORD):
        raise PolicyWrong(f"The rule {kind.name} decides, or is written down; not one by its silence.")
    if on_fail is Meaning.RECORD and kind.name in ALWAYS:
        raise PolicyWrong(f"The rule {kind.name} always decides.")
    return Clause(rule=_filled(kind, rest), on_fail=on_fail, on_abstain=on_abstain)


def _values(table: Any) -> Collection[Any]:
    return table.values() if isinstance(table, Mapping) else ()


def _threshold(value: Any) -> float:
    threshold = float(_number(value, "threshold"))
    if not 0 < threshold < 1:
        raise PolicyWrong("The threshold of a match lies between 0 and 1.")
    return threshold


def _filled(kind: type[Any], table: Mapping[str, Any]) -> Any:
    known = {each.name: each.type for each in fields(kind)}
    if unknown := set(table) - set(known):
        raise PolicyWrong(f"Unknown in a policy: {', '.join(sorted(unknown))}.")
    return kind(**{name: _number(value, name, whole=known[name] is int) for name, value in table.items()})


def _number(value: Any, name: str, *, whole: bool = False) -> Any:
    right = isinstance(value, int) if whole else isinstance(value, int | float)
    if isinstance(value, bool) or not right:
        raise PolicyWrong(f"{name} is no {'whole ' if whole else ''}number.")
    try:
        is_finite = isfinite(value)
    except OverflowError:
        is_finite = False
    if not is_finite or value <= 0:
        raise PolicyWrong(f"{name} must be more than nothing.")
    return value if whole else float(value)
