"""What a person may call a passkey."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.passkeys import MAX_NAME, clean_name


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  我的 \n 手机 ", "我的 手机"),
        ("a\u202eb\u200bc", "abc"),
        ("a \u200b b", "a b"),
        ("\ue000", ""),
        ("\x00", ""),
        ("x" * 51, "x" * 50),
    ],
)
def test_a_name_is_one_printable_line(typed, kept):
    assert clean_name(typed) == kept


@given(st.text())
def test_whatever_is_typed_is_harmless_and_stays_as_it_is(typed):
    kept = clean_name(typed)

    assert kept.isprintable()
    assert len(kept) <= MAX_NAME
    assert clean_name(kept) == kept
