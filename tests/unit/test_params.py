"""Parameters: each once, plain, bounded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.errors import Refusal
from idp.domain.params import read_params


def test_a_parameter_without_a_value_counts_as_absent():
    assert read_params([("state", ""), ("scope", "openid")]) == {"scope": "openid"}


@pytest.mark.parametrize(
    "pairs",
    [
        [("state", "a"), ("state", "a")],
        [("state", ""), ("state", "a")],
        [("state", "a" * 8193)],
        [("state", "a\x00b")],
        [("state\x00", "a")],
        [("state", "\ud800")],
    ],
)
def test_doubled_overlong_and_control_characters_are_refused(pairs):
    with pytest.raises(Refusal) as refusal:
        read_params(pairs)

    assert refusal.value.error == "invalid_request"


@given(st.lists(st.tuples(st.text(), st.text())))
def test_any_pairs_are_read_or_refused(pairs):
    try:
        params = read_params(pairs)
    except Refusal:
        return
    assert params.items() <= dict(pairs).items()
