"""When a notice that failed is tried again."""

from datetime import UTC, datetime, timedelta

import pytest

from idp.domain.deliveries import LogoutDelivery, next_try

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def delivery(**changes):
    usual = {
        "id": "d",
        "client_id": "c",
        "subject": "s",
        "sid": "i",
        "uri": "https://rp.test/ended",
        "created_at": NOW,
        "due_at": NOW,
        "attempts": 1,
    }
    return LogoutDelivery(**(usual | changes))


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(1, 10), (2, 60), (3, 300), (4, 1800), (5, 7200), (6, 7200), (12, 7200)]
)
def test_the_pauses_grow_up_to_two_hours(attempts, seconds):
    assert next_try(delivery(attempts=attempts), NOW) == NOW + timedelta(seconds=seconds)


def test_no_try_is_later_than_a_day_after_the_end_of_the_session():
    tried = delivery(attempts=5)

    assert next_try(tried, NOW + timedelta(hours=22)) == NOW + timedelta(hours=24)
    assert next_try(tried, NOW + timedelta(hours=22, seconds=1)) is None


@pytest.mark.parametrize(("attempts", "goes_on"), [(1, True), (2, True), (3, False), (4, False)])
def test_who_says_that_it_failed_is_asked_three_times(attempts, goes_on):
    assert (next_try(delivery(attempts=attempts, last_status=400), NOW) is not None) is goes_on


@pytest.mark.parametrize("status", [None, 302, 404, 429, 500, 503])
def test_every_other_answer_is_tried_for_a_day(status):
    assert next_try(delivery(attempts=4, last_status=status), NOW) == NOW + timedelta(minutes=30)
