"""Error rates are counted right, and say how far they can be trusted."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveness.evaluate.metrics import Rate, at_threshold, clopper_pearson, det_curve, operating_point

# Six people of one face, twelve of two; the impostor of 0.55 is the one that hurts.
GENUINE = [0.9, 0.8, 0.7, 0.6, 0.5, 0.3]
IMPOSTOR = [0.55, 0.4, 0.3, 0.2, 0.2, 0.1, 0.1, 0.0, 0.0, -0.1, -0.2, -0.3]


@pytest.mark.parametrize(
    ("errors", "n", "low", "high"),
    [
        (0, 8, 0.0, 0.369417),  # 1 - 0.025 ** (1 / 8)
        (1, 20, 0.001265, 0.248733),  # the customary table
        (5, 10, 0.187086, 0.812914),  # the customary table, and the same from both sides
        (10, 10, 0.691503, 1.0),  # 0.025 ** (1 / 10)
        (0, 22350, 0.0, 0.000165037),  # 1 - 0.025 ** (1 / 22350)
        (1, 22350, 0.00000113279, 0.000249265),  # 1 - 0.975 ** (1 / 22350)
        (3, 400, 0.001549, 0.021761),
    ],
)
def test_the_interval_is_the_exact_one(errors, n, low, high):
    assert clopper_pearson(errors, n) == pytest.approx((low, high), abs=5e-7)


def test_nothing_tried_proves_nothing():
    nothing = Rate(0, 0)

    assert math.isnan(nothing.value)
    assert nothing.interval == (0.0, 1.0)


@pytest.mark.parametrize(("errors", "n"), [(3, 2), (-1, 2)])
def test_counts_that_cannot_be_are_refused(errors, n):
    with pytest.raises(ValueError, match="errors <= n"):
        Rate(errors, n)


@given(n=st.integers(1, 3000), data=st.data())
def test_what_was_seen_lies_in_the_interval_and_the_mirror_image_in_the_mirrored_one(n, data):
    errors = data.draw(st.integers(0, n))

    low, high = clopper_pearson(errors, n)

    assert 0 <= low <= errors / n <= high <= 1
    assert clopper_pearson(n - errors, n) == pytest.approx((1 - high, 1 - low), abs=1e-9)


def test_a_threshold_takes_scores_from_it_upwards():
    point = at_threshold(GENUINE, IMPOSTOR, threshold=0.3)

    assert (point.fmr, point.fnmr) == (Rate(3, 12), Rate(0, 6))


def test_the_threshold_for_a_false_match_rate_takes_no_more_than_that():
    # A twelfth may be taken: the impostor of 0.55, but not that of 0.4.
    point = operating_point(GENUINE, IMPOSTOR, fmr=1 / 12)

    assert point.threshold == pytest.approx(0.4)
    assert (point.fmr, point.fnmr) == (Rate(1, 12), Rate(1, 6))


def test_a_rate_smaller_than_the_set_can_show_takes_no_impostor():
    point = operating_point(GENUINE, IMPOSTOR, fmr=1e-4)

    assert point.threshold == pytest.approx(0.55)
    assert (point.fmr, point.fnmr) == (Rate(0, 12), Rate(2, 6))


def test_equal_impostor_scores_are_taken_together_or_not_at_all():
    # Four of twelve might be taken, but the fourth and the fifth are equal.
    point = operating_point(GENUINE, IMPOSTOR, fmr=4 / 12)

    assert point.fmr == Rate(3, 12)


def test_the_curve_runs_from_taking_all_to_taking_none():
    curve = det_curve([0.9, 0.4], [0.5, 0.1])

    assert curve == [(1.0, 0.0), (0.5, 0.0), (0.5, 0.5), (0.0, 0.5), (0.0, 1.0)]
