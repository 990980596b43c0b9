"""Password hashes: what fits, and how many are made at once."""

from concurrent.futures import ThreadPoolExecutor, wait
from threading import Event, Lock

import pytest

from idp.adapters import hashing
from idp.adapters.hashing import Argon2Hasher
from idp.domain.errors import Unavailable
from tests.support.patience import PATIENCE_SECONDS, wait_until

CHEAP = {"memory_kib": 8, "iterations": 1, "lanes": 1}


def test_a_password_fits_its_own_hash_alone():
    hasher = Argon2Hasher(**CHEAP)
    kept = hasher.hash("correct horse")

    assert hasher.verify(kept, "correct horse")
    assert not hasher.verify(kept, "correct house")
    assert not hasher.verify("no hash at all", "correct horse")
    assert not hasher.verify(None, "nobody's password")
    assert not hasher.needs_rehash(kept)
    assert Argon2Hasher(**CHEAP | {"iterations": 2}).needs_rehash(kept)


class Slow:
    """A hasher whose hashes wait until they may go on, and which notes how many are made together."""

    def __init__(self) -> None:
        self.go_on = Event()
        self.now, self.most, self._lock = 0, 0, Lock()

    def hash(self, password: str) -> str:
        with self._lock:
            self.now += 1
            self.most = max(self.most, self.now)
        self.go_on.wait(PATIENCE_SECONDS)
        with self._lock:
            self.now -= 1
        return f"hash of {password}"


@pytest.fixture
def slow(monkeypatch):
    """Return the slow hasher that is used instead of argon2's."""
    made = Slow()
    made.go_on.set()
    monkeypatch.setattr(hashing, "WAIT_SECONDS", 0.05)
    monkeypatch.setattr("argon2.PasswordHasher", lambda **_: made)
    return made


@pytest.mark.parametrize(("at_once", "together"), [(2, 2), (0, 3)])
def test_so_many_are_made_together_or_one_a_core_and_all_in_the_end(slow, monkeypatch, at_once, together):
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1, 2})
    hasher = Argon2Hasher(**CHEAP, at_once=at_once, places=8)
    slow.go_on.clear()

    with ThreadPoolExecutor(8) as people:
        made = [people.submit(hasher.hash, str(number)) for number in range(8)]
        wait_until(lambda: slow.now == together)
        slow.go_on.set()

        assert [each.result() for each in made] == [f"hash of {number}" for number in range(8)]
    assert slow.most == together


def test_who_finds_no_place_is_told_so_and_the_places_are_given_back(slow):
    hasher = Argon2Hasher(**CHEAP, at_once=1, places=2)
    slow.go_on.clear()
    with ThreadPoolExecutor(3) as people:
        made = [people.submit(hasher.hash, "x") for _ in range(3)]
        wait_until(lambda: any(each.done() for each in made))
        slow.go_on.set()
        wait(made)

    errors = [each.exception() for each in made]
    assert [type(error) for error in errors if error] == [Unavailable]
    assert hasher.hash("x") == "hash of x"
