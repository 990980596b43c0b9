"""A face is never the only way: over every policy there is, and every one that could be written."""

import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.assurance import (
    CODE_ALONE,
    FACE,
    PASSWORD_ALONE,
    Level,
    authentication_context,
    passkey_factors,
)
from idp.domain.authorization_details.shown import Transaction
from idp.domain.authorization_details.types import Need
from idp.domain.interaction.interaction import Confirmation, Interaction
from idp.domain.interaction.policy import Facts
from idp.domain.interaction.proving import WAYS, Proof, proved, wanted_ways
from idp.domain.sessions import Session
from idp.settings import CONFIG, load_settings
from idp.settings_values import rooted
from idp.tables import load_detail_types
from tests.support.transactions import TYPES

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
# The strongest passkey, which l4 asks for; where devices vouch for nothing l4 is out of reach for everybody.
FACTORS = {
    "passkey": passkey_factors(is_synced=False, is_attested=True),
    "password": PASSWORD_ALONE,
    "code": CODE_ALONE,
    "face": FACE,
}
needs = st.builds(
    Need,
    level=st.sampled_from(Level),
    proof=st.none() | st.just(timedelta(minutes=5)),
    factors=st.integers(1, 2),
)


def facts_of(need, *, signed_in):
    said = Confirmation(session_id="s", transaction_hash="h")
    interaction = replace(Interaction(id="i", request=None, started_at=NOW), confirmation=said)
    session = Session(
        id="s",
        token_digest="d",
        person_id="p",
        amr=("pwd",),
        acr=Level.L2,
        auth_time=signed_in,
        last_seen_at=signed_in,
        expires_at=NOW + timedelta(hours=1),
        device="",
    )
    return Facts(
        now=NOW,
        interaction=interaction,
        session=session,
        subject="sub",
        consent=None,
        transaction=Transaction(hashes=frozenset({"h"}), need=need),
        own=Level.L4,
    )


def prove(facts, way):
    factors = FACTORS[way]
    level = authentication_context(Level.L4, factors)
    proof = Proof(evidence={}, session_id="s", transaction_hash="h", amr=factors.amr, level=level, at=NOW)
    return replace(facts, interaction=facts.interaction.proved(proof))


@pytest.mark.parametrize(
    "evidence",
    [
        {"score": "0.43"},
        {"threshold_band": "7"},
        {"template": "AAAA=="},
        {"picture": "/9j/4AAQSkZJRg"},
        {"name": "张三丰"},
        {"document": "330000199001010014"},
        {"phone": "+8610000000001"},
        {"two words": "yes"},
        {"long": "a" * 41},
    ],
)
def test_evidence_is_words_and_digests_alone(evidence):
    with pytest.raises(ValueError, match="words and digests"):
        Proof(evidence=evidence, session_id="s", transaction_hash="h", amr=("face",), level=Level.L3, at=NOW)


def test_evidence_may_name_versions_by_their_digests():
    said = {"method": "face", "policy_sha256": "0f" * 32, "threshold_band": "high"}

    proof = Proof(evidence=said, session_id="s", transaction_hash="h", amr=("face",), level=Level.L3, at=NOW)

    assert proof.evidence == said


def walk(need, signed_in, choose=lambda ways: ways[0]):
    """Prove all that is wanted without a face; return the ways that were chosen."""
    facts, chosen = facts_of(need, signed_in=signed_in), []
    while wanted := wanted_ways(facts):
        chosen.append(choose([way for way in wanted if way != "face"]))
        assert len(chosen) <= 2
        facts = prove(facts, chosen[-1])
    assert (proved(facts) is not None) == need.wants_proof
    return chosen


@given(needs, st.sampled_from([NOW, NOW - timedelta(hours=1)]), st.data())
def test_every_policy_that_could_be_written_is_met_without_a_face(need, signed_in, data):
    chosen = walk(need, signed_in, lambda ways: data.draw(st.sampled_from(ways)))

    assert bool(chosen) or not need.wants_proof or need.factors == 1 or signed_in == NOW
    # Neither a code nor a password comes first.
    assert chosen[:1] in ([], ["passkey"])


def types():
    namespace = load_settings().namespace
    for folder in (CONFIG / "authorization_details", rooted(Path(TYPES))):
        yield from load_detail_types(folder, namespace).by_uri.values()


@pytest.mark.parametrize("kind", list(types()), ids=lambda kind: kind.uri.rpartition("/ns/")[2])
def test_every_registered_type_is_met_without_a_face(kind):
    for factors in {kind.need.factors, 2 if kind.two_factors_from else kind.need.factors}:
        walk(replace(kind.need, factors=factors), NOW - timedelta(hours=1))


def test_no_type_can_name_a_way_that_must_be_taken():
    for folder in (CONFIG / "authorization_details", rooted(Path(TYPES))):
        for path in folder.glob("*.toml"):
            assert not {"ways", "amr", "methods", "face"} & set(tomllib.loads(path.read_text("utf-8")))


@given(needs)
def test_a_face_counts_once_and_not_as_the_highest_level(need):
    facts = prove(facts_of(need, signed_in=NOW - timedelta(hours=1)), "face")
    again = prove(facts, "face")

    assert wanted_ways(again) == wanted_ways(facts)
    if need.level is Level.L4 and need.wants_proof:
        assert wanted_ways(facts) == ("passkey",)


TWICE = Need(level=Level.L3, proof=None, factors=2)


def test_a_second_way_is_any_but_the_first():
    facts = facts_of(TWICE, signed_in=NOW - timedelta(hours=1))
    assert wanted_ways(facts) == ("passkey", "face")

    assert wanted_ways(prove(facts, "passkey")) == ("face", "code", "password")
    assert wanted_ways(prove(facts, "face")) == ("passkey", "code", "password")
    assert wanted_ways(prove(prove(facts, "face"), "code")) == ()


@pytest.mark.parametrize("ways", [("code",), ("password",), ("code", "password")])
def test_codes_and_passwords_do_not_add_up_to_a_first_way(ways):
    facts = facts_of(TWICE, signed_in=NOW)
    for way in ways:
        facts = prove(facts, way)

    assert wanted_ways(facts) == ("passkey", "face")
    assert proved(facts) is None


def test_each_method_belongs_to_one_way():
    methods = [name for _, names, _ in WAYS for name in names]

    assert sorted(methods) == ["face", "hwk", "otp", "pwd", "swk"]
