"""Values kept in this process under random keys: not too many, and not for long."""

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")


class BoundedStore(Generic[Value]):
    """Keeps the newest *most* values, each for *seconds*.

    A demo runs in one process. A portal that runs in several keeps these values where all of them
    look, for instance in Redis.
    """

    def __init__(self, *, most: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._seconds = seconds
        self._clock = clock
        self._values: OrderedDict[str, tuple[float, Value]] = OrderedDict()
        self._lock = Lock()

    def put(self, value: Value) -> str:
        """Keep *value* and return its key, which nobody can guess."""
        key = secrets.token_urlsafe(32)
        with self._lock:
            self._values[key] = (self._clock() + self._seconds, value)
            self._drop_old()
        return key

    def get(self, key: str) -> Value | None:
        """Return the value of *key*, unless it is too old."""
        with self._lock:
            self._drop_old()
            kept = self._values.get(key)
        return kept[1] if kept else None

    def take(self, key: str) -> Value | None:
        """Hand the value over and forget it; of two callers only one ever gets it."""
        with self._lock:
            self._drop_old()
            kept = self._values.pop(key, None)
        return kept[1] if kept else None

    def discard(self, is_over: Callable[[Value], bool]) -> int:
        """Forget every value that *is_over*; return how many."""
        with self._lock:
            over = [key for key, (_, value) in self._values.items() if is_over(value)]
            for key in over:
                del self._values[key]
        return len(over)

    def _drop_old(self) -> None:
        # All live equally long, so the first one in is the first one out.
        now = self._clock()
        while self._values:
            expires, _ = next(iter(self._values.values()))
            if expires > now and len(self._values) <= self._most:
                return
            self._values.popitem(last=False)
