"""Policies: every rule counts, and whatever is missing, unknown or broken refuses."""

import tomllib
from dataclasses import replace
from math import inf, nan

import pytest

from liveness.challenge import Action, Challenge
from liveness.errors import PolicyWrong
from liveness.finding import Finding, Outcome, Verdict
from liveness.policy import KNOWN, Policy
from liveness.rules.texture import Texture
from liveness.track import Track
from tests.liveness.faces import ROOT, policy

FILE = ROOT / "config" / "liveness.toml"

NAMES = [each.name for each in KNOWN]
CHALLENGE = Challenge(nonce="n", actions=(Action.BLINK, Action.TURN_LEFT, Action.NOD))


def table():
    return tomllib.loads(FILE.read_text("utf-8"))


def findings(**verdicts):
    return [Finding(name, verdicts.get(name, Verdict.PASS), "because") for name in NAMES]


def test_the_package_holds_the_policy_of_the_project():
    assert Policy.shipped().sha256 == Policy.load(FILE).sha256


def test_when_all_rules_pass_the_session_passes():
    assert policy().decide(findings()) is Outcome.PASS


@pytest.mark.parametrize("name", NAMES)
def test_no_rule_that_fails_or_abstains_is_passed_by(name):
    assert policy().decide(findings(**{name: Verdict.FAIL})) is not Outcome.PASS
    assert policy().decide(findings(**{name: Verdict.ABSTAIN})) is not Outcome.PASS


@pytest.mark.parametrize("name", NAMES)
def test_a_rule_that_was_not_asked_refuses(name):
    assert policy().decide([each for each in findings() if each.rule != name]) is Outcome.INCONCLUSIVE


def test_an_attack_outweighs_poor_light():
    verdicts = {"quality": Verdict.FAIL, "texture": Verdict.FAIL}

    assert policy().decide(findings(**verdicts)) is Outcome.FAIL
    assert policy().decide(findings(quality=Verdict.FAIL)) is Outcome.INCONCLUSIVE


@pytest.mark.parametrize(
    ("verdict", "outcome"),
    [
        (Verdict.PASS, Outcome.PASS),
        (Verdict.FAIL, Outcome.FAIL),
        (Verdict.ABSTAIN, Outcome.INCONCLUSIVE),
    ],
)
def test_the_match_with_the_reference_counts_too(verdict, outcome):
    assert policy().decide([*findings(), Finding("match", verdict, "because")]) is outcome


def test_a_rule_that_breaks_down_abstains():
    class Broken(Texture):
        def judge(self, *_):
            raise ZeroDivisionError

    clause = next(each for each in policy().clauses if each.rule.name == "texture")
    broken = replace(policy(), clauses=(replace(clause, rule=Broken()),))

    assert broken.judge(Track(), CHALLENGE) == (Finding("texture", Verdict.ABSTAIN, "broke_down"),)


def test_a_figure_that_is_no_number_passes_nobody():
    class Blind(Texture):
        def judge(self, *_):
            return Finding(self.name, Verdict.PASS, "skin", {"mean": nan})

    clause = next(each for each in policy().clauses if each.rule.name == "texture")
    blind = replace(policy(), clauses=(replace(clause, rule=Blind()),))

    assert blind.judge(Track(), CHALLENGE) == (Finding("texture", Verdict.ABSTAIN, "not_a_number"),)


def test_of_two_findings_of_one_rule_the_worse_counts():
    twice = [*findings(texture=Verdict.FAIL), Finding("texture", Verdict.PASS, "because")]

    assert policy().decide(twice) is Outcome.FAIL
    assert policy().decide(reversed(twice)) is Outcome.FAIL


def test_a_policy_without_clauses_passes_nobody():
    assert replace(policy(), clauses=()).decide([]) is Outcome.INCONCLUSIVE


def test_a_rule_may_be_written_down_without_a_say():
    recorded = Policy.read(having({"on_fail": "record", "on_abstain": "record"}, "rules", "texture"))

    assert recorded.decide(findings(texture=Verdict.FAIL)) is Outcome.PASS


def without(*path):
    changed = table()
    place = changed
    for name in path[:-1]:
        place = place[name]
    del place[path[-1]]
    return changed


def having(value, *path):
    changed = table()
    place = changed
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    return changed


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        without("rules", "texture"),
        without("match"),
        without("limits"),
        without("rules", "depth", "on_abstain"),
        having("ignore", "rules", "depth", "on_fail"),
        having(0.5, "rules", "texture", "min_meen"),
        having("0.5", "rules", "texture", "min_mean"),
        having([0.5], "rules", "texture", "min_mean"),
        having(2.5, "limits", "frames"),
        having({"on_fail": "fail", "on_abstain": "fail"}, "rules", "magic"),
        having(1, "more"),
        having("high", "match", "threshold"),
        *(having(each, "match", "threshold") for each in (nan, -0.5, 0, 1.0, inf)),
        *(having(each, "limits", "spacing") for each in (nan, -1.0, inf)),
        *(having(each, "limits", "frames") for each in (-1, 0)),
        having(10**400, "match", "threshold"),
        *(having(nan, "rules", "depth", "min_residual"), having(0, "rules", "replay", "min_frames")),
        *(having(3, "rules", "quality"), having(5, "limits"), having(0.4, "match"), having(1, "rules")),
        having("record", "rules", "texture", "on_abstain"),
        having("record", "rules", "texture", "on_fail"),
        having({"on_fail": "record", "on_abstain": "record"}, "rules", "actions"),
        having({"on_fail": "record", "on_abstain": "record"}, "rules", "one_face"),
    ],
)
def test_a_policy_with_something_missing_or_unknown_is_none(wrong):
    with pytest.raises(PolicyWrong):
        Policy.read(wrong)


def test_a_file_that_cannot_be_read_is_said_so(tmp_path):
    (tmp_path / "broken.toml").write_text("[rules", "utf-8")

    for path in (tmp_path / "broken.toml", tmp_path / "none.toml"):
        with pytest.raises(PolicyWrong):
            Policy.load(path)


def test_two_policies_have_the_same_digest_only_if_they_are_the_same():
    stricter = Policy.read(having(0.9, "rules", "texture", "min_mean"))

    assert Policy.load(FILE).sha256 == policy().sha256
    assert stricter.sha256 != policy().sha256
    assert stricter.rule(Texture).min_mean == 0.9
