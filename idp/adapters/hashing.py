"""argon2id password hashes, by argon2-cffi, a few at a time."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import BoundedSemaphore

import argon2
from argon2.exceptions import InvalidHashError, VerificationError

from idp.domain.errors import Unavailable

WAIT_SECONDS = 0.2


class Argon2Hasher:
    """Hashes with argon2id; checking an unknown account costs what checking a known one costs.

    No more are made at once than there are cores: more would only make each slower, and everything else.
    """

    def __init__(
        self, *, memory_kib: int, iterations: int, lanes: int, at_once: int = 0, places: int = 1
    ) -> None:
        """Take the parameters of RFC 9106: memory in KiB, passes, and lanes.

        *at_once* are made at the same time, with 0 one a core; so many *places* are there for those who wait.
        """
        self._hasher = argon2.PasswordHasher(time_cost=iterations, memory_cost=memory_kib, parallelism=lanes)
        # Threads of their own: each keeps the memory of its last hash, so that few do, and it is not cleared
        # and fetched anew each time.
        self._threads = ThreadPoolExecutor(at_once or len(os.sched_getaffinity(0)), "argon2")
        self._places = BoundedSemaphore(places)
        self._nobody = self._hasher.hash("nobody's password")

    def hash(self, password: str) -> str:
        """Return a new hash with its parameters inside; raises Unavailable when too many wait."""
        with self._place():
            return self._threads.submit(self._hasher.hash, password).result()

    def verify(self, password_hash: str | None, password: str) -> bool:
        """Say whether the password fits; with no hash do the same work and say no.

        Raises Unavailable when too many wait.
        """
        try:
            with self._place():
                self._threads.submit(self._hasher.verify, password_hash or self._nobody, password).result()
        except (VerificationError, InvalidHashError):
            return False
        return password_hash is not None

    def needs_rehash(self, password_hash: str) -> bool:
        """Say whether the hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(password_hash)

    @contextmanager
    def _place(self) -> Iterator[None]:
        if not self._places.acquire(timeout=WAIT_SECONDS):
            raise Unavailable("Too many passwords are being checked.")
        try:
            yield
        finally:
            self._places.release()
