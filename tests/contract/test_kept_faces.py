"""Face checks under way, on each store."""

from datetime import UTC, datetime, timedelta

import pytest

from idp.domain.face_checks import FaceCheck
from idp.storage.ephemeral.kept_faces import KeptFaceChecks
from tests.contract.conftest import race

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def checks(expiring):
    return KeptFaceChecks(expiring.store)


@pytest.fixture
def check(checks):
    made = FaceCheck(
        seat="seat",
        key="key",
        visit="visit",
        person_id="person",
        session_id="session",
        transaction_hash="hash",
        begun_at=NOW,
        heard_at=NOW + timedelta(milliseconds=333),
        latest=0.3333,
        flaws=("too_dark",),
    )
    checks.put(made, ttl=HOUR)
    return made


def test_a_check_comes_back_whole(checks, check):
    assert checks.get("person") == check
    assert checks.get("another") is None


def test_of_many_batches_at_once_one_moves_the_check_on(checks, check):
    moved = check.with_flaw("too_far")

    assert sorted(race(lambda: checks.replace(check, moved)))[-2:] == [False, True]
    assert checks.get("person") == moved


def test_of_many_ends_one_counts(checks, check):
    assert sum(race(lambda: checks.finish(check))) == 1
    assert checks.get("person") is None
