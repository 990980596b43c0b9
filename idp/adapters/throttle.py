"""Counting tries, by the limits package: in process or on Redis."""

from datetime import UTC, datetime

from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage, Storage
from limits.strategies import FixedWindowRateLimiter

from idp.domain.errors import Unavailable
from idp.domain.throttle import Tries

SOCKET_SECONDS = 2


def open_tries(url: str) -> Storage:
    """Return the memory of tries at *url*: ``memory:`` or ``redis://…``."""
    if url.startswith("memory:"):
        return MemoryStorage()
    return RedisStorage(
        url,
        wrap_exceptions=True,
        socket_timeout=SOCKET_SECONDS,
        socket_connect_timeout=SOCKET_SECONDS,
    )


class WindowThrottle:
    """So many tries in a window that begins with the first one."""

    def __init__(self, tries: Storage, *, name: str, limit: str) -> None:
        """Take *limit* in words, such as ``5 per 15 minutes``."""
        self._limiter = FixedWindowRateLimiter(tries)
        self._tries = tries
        self._limit: RateLimitItem = parse(limit)
        self._name = name

    def hit(self, key: str) -> Tries:
        """Count one try and say whether it is still allowed."""
        try:
            allowed = self._limiter.hit(self._limit, self._name, key)
            return self._seen(key, allowed=allowed)
        except StorageError:
            raise Unavailable("The counter of tries does not answer.") from None

    def peek(self, key: str) -> Tries:
        """Say what is left without counting."""
        try:
            return self._seen(key, allowed=self._limiter.test(self._limit, self._name, key))
        except StorageError:
            raise Unavailable("The counter of tries does not answer.") from None

    def give_back(self, key: str) -> None:
        """Take back one try that was counted and was none."""
        try:
            self._limiter.hit(self._limit, self._name, key, cost=-1)
        except StorageError:
            raise Unavailable("The counter of tries does not answer.") from None

    def clear(self, key: str) -> None:
        """Forget the tries of *key*."""
        try:
            self._limiter.clear(self._limit, self._name, key)
        except StorageError:
            raise Unavailable("The counter of tries does not answer.") from None

    def _seen(self, key: str, *, allowed: bool) -> Tries:
        stats = self._limiter.get_window_stats(self._limit, self._name, key)
        until = datetime.fromtimestamp(stats.reset_time, UTC)
        return Tries(allowed=allowed, remaining=stats.remaining, until=until)
