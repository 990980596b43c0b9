"""What the pool's keeper loads, with and without models."""

import pytest

from liveness.challenge import Action, Challenge
from liveness.errors import ModelMissing, PolicyWrong
from liveness.finding import Outcome
from liveness.judging import load
from liveness.policy import Policy

CHALLENGE = Challenge(nonce="n", actions=(Action.BLINK, Action.TURN_LEFT, Action.NOD))


def test_without_models_a_session_passes_nobody(tmp_path):
    session = load(models=str(tmp_path))(CHALLENGE, reference=None, portrait=True)

    decision = session.decide()

    assert decision.outcome is Outcome.INCONCLUSIVE
    assert (decision.nonce, decision.policy) == ("n", Policy.shipped().sha256)
    assert session.portrait is None
    assert session.template() is None


def test_a_policy_that_cannot_be_read_is_an_error(tmp_path):
    with pytest.raises(PolicyWrong):
        load(models=str(tmp_path), policy=str(tmp_path / "none.toml"))


def test_a_missing_model_is_named():
    assert "texture" in str(ModelMissing("texture"))
