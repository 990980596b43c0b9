"""The ephemeral stores on Redis, by commands on single keys, so that a cluster needs no hash tags."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from redis import Redis, RedisCluster, exceptions
from redis.backoff import NoBackoff
from redis.retry import Retry

from idp.domain.errors import Unavailable

RedisClient = Redis | RedisCluster

SECONDS = 2
PREFIX = "tongxing:"
CLAIMED = "1"
OUTAGES = (
    exceptions.ClusterError,
    exceptions.ConnectionError,
    exceptions.OutOfMemoryError,
    exceptions.ReadOnlyError,
    exceptions.RedisClusterException,
    exceptions.TimeoutError,
    exceptions.TryAgainError,
)
# Answers of a server that is there and may not or cannot work.
REFUSALS = ("MISCONF", "NOREPLICAS", "BUSY ", "LOADING")
REPLACE = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'KEEPTTL')
return 1
"""


def open_redis(url: str) -> Redis:
    """Return a client of the Redis at *url* that gives up soon; nothing is connected yet.

    Nothing is tried twice: of a take whose answer was lost, nobody knows whether it happened.
    """
    try:
        return Redis.from_url(
            url,
            decode_responses=True,
            socket_timeout=SECONDS,
            socket_connect_timeout=SECONDS,
            retry=Retry(NoBackoff(), 0),
        )
    except ValueError:
        # The text would repeat the URL, which may hold a password.
        raise ValueError("The URL of Redis cannot be read.") from None


@contextmanager
def outages() -> Iterator[None]:
    """Turn errors of a Redis that is gone, refuses or is too slow into Unavailable."""
    try:
        yield
    except OUTAGES as error:
        raise Unavailable("Redis does not answer.") from error
    except exceptions.ResponseError as error:
        if not str(error).startswith(REFUSALS):
            raise
        raise Unavailable("Redis refuses to work.") from error


class RedisExpiringStore:
    """Implements ExpiringStore; Redis's clock decides what has expired."""

    def __init__(self, client: RedisClient, *, prefix: str = PREFIX) -> None:
        self._client = client
        self._prefix = prefix

    def get(self, key: str) -> str | None:
        """Return the value, or None when it is absent or expired."""
        with outages():
            return _text(self._client.get(self._prefix + key))

    def put(self, key: str, value: str, *, ttl: timedelta) -> None:
        """Store the value for *ttl*, over any older one."""
        with outages():
            self._client.psetex(self._prefix + key, _milliseconds(ttl), value)

    def replace(self, key: str, *, old: str, new: str) -> bool:
        """Swap *old* for *new* if the value still is *old*, keeping its expiry; say whether it was."""
        with outages():
            return bool(self._client.eval(REPLACE, 1, self._prefix + key, old, new))

    def extend(self, key: str, *, ttl: timedelta) -> bool:
        """Let the value live for *ttl* from now; say whether it was still there."""
        with outages():
            return bool(self._client.pexpire(self._prefix + key, _milliseconds(ttl)))

    def delete(self, key: str) -> bool:
        """Forget the value; True for exactly one of several callers."""
        with outages():
            return bool(self._client.delete(self._prefix + key))


class RedisOneTimeStore:
    """Implements OneTimeStore; Redis's clock decides what has expired."""

    def __init__(self, client: RedisClient, *, prefix: str = PREFIX) -> None:
        self._client = client
        self._prefix = prefix

    def put(self, key: str, value: str, *, ttl: timedelta) -> None:
        """Store the value for *ttl*."""
        with outages():
            self._client.psetex(self._prefix + key, _milliseconds(ttl), value)

    def take(self, key: str) -> str | None:
        """Hand the value over and forget it; only one caller ever gets it."""
        with outages():
            return _text(self._client.getdel(self._prefix + key))

    def claim(self, key: str, *, ttl: timedelta) -> bool:
        """Mark the key as used for *ttl*; True for the first caller only."""
        with outages():
            return bool(self._client.set(self._prefix + key, CLAIMED, px=_milliseconds(ttl), nx=True))


def _milliseconds(ttl: timedelta) -> int:
    # Redis refuses zero; a value that is over at once may as well live for a millisecond.
    return max(1, ttl // timedelta(milliseconds=1))


def _text(answer: bytes | str | None) -> str | None:
    return answer.decode() if isinstance(answer, bytes) else answer
