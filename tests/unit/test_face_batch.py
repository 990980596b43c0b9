"""Batches of frames: whatever comes, it is read or refused."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.errors import Refusal
from idp.domain.face_batch import MOST_AGE, MOST_FRAMES, read_batch, sign

KEY, VISIT = "k" * 43, "visit"
FRAMES = st.lists(st.tuples(st.integers(0, 2000), st.binary(max_size=50)), min_size=1, max_size=MOST_FRAMES)


def signed(content):
    return sign(content, key=KEY, visit=VISIT) + content


@given(st.integers(0, 2**32 - 1), FRAMES)
def test_what_a_page_sends_is_read(number, frames):
    frames = sorted(frames, reverse=True)
    content = number.to_bytes(4, "big")
    for age, rest in frames:
        jpeg = b"\xff\xd8\xff" + rest
        content += age.to_bytes(2, "big") + len(jpeg).to_bytes(4, "big") + jpeg

    batch = read_batch(signed(content), key=KEY, visit=VISIT)

    assert batch.number == number
    assert batch.frames == tuple((b"\xff\xd8\xff" + rest, age / 1000) for age, rest in frames)


@given(st.binary(max_size=200))
def test_anything_that_is_signed_is_read_or_refused(content):
    with suppress(Refusal):
        batch = read_batch(signed(content), key=KEY, visit=VISIT)
        assert all(0 <= age <= MOST_AGE for _, age in batch.frames)


@given(st.binary(max_size=200))
def test_anything_that_is_not_signed_is_refused(body):
    with pytest.raises(Refusal, match="not signed"):
        read_batch(body, key=KEY, visit=VISIT)


@pytest.mark.parametrize(("key", "visit"), [("other", VISIT), (KEY, "other")])
def test_another_key_and_another_visit_are_refused(key, visit):
    with pytest.raises(Refusal, match="not signed"):
        read_batch(signed(b"\0\0\0\1"), key=key, visit=visit)


def test_frames_are_in_no_repr():
    content = b"\0\0\0\1" + b"\0\0\0\0\0\x07" + b"\xff\xd8\xffface"

    assert "face" not in repr(read_batch(signed(content), key=KEY, visit=VISIT))
