"""Redis that is gone, slow, full or read-only, and Redis that is back."""

import traceback
from datetime import timedelta

import pytest
import redis

import idp.storage.ephemeral.redis as redis_stores
from idp.domain.errors import Unavailable
from idp.storage.ephemeral.open import open_ephemeral
from idp.storage.ephemeral.redis import RedisExpiringStore, RedisOneTimeStore, open_redis
from tests.contract.conftest import works
from tests.support.patience import wait_until

HOUR = timedelta(hours=1)


@pytest.fixture
def client(redis_url):
    opened = open_redis(redis_url)
    yield opened
    opened.close()


def verbs(client):
    kept, once = RedisExpiringStore(client), RedisOneTimeStore(client)
    return [
        lambda: kept.get("key"),
        lambda: kept.put("key", "value", ttl=HOUR),
        lambda: kept.replace("key", old="value", new="other"),
        lambda: kept.delete("key"),
        lambda: once.put("key", "value", ttl=HOUR),
        lambda: once.take("key"),
        lambda: once.claim("key", ttl=HOUR),
    ]


def test_every_verb_says_that_a_stopped_redis_is_unavailable_and_works_when_it_is_back(redis_server, client):
    assert [works(verb) for verb in verbs(client)] == [True] * 7

    redis_server.stop()
    assert [works(verb) for verb in verbs(client)] == [False] * 7

    redis_server.start()
    assert [works(verb) for verb in verbs(client)] == [True] * 7


def test_a_restart_between_two_calls_goes_unnoticed(redis_server, client):
    store = RedisExpiringStore(client)
    store.put("key", "value", ttl=HOUR)

    redis_server.stop()
    redis_server.start()

    assert store.get("key") is None


def test_a_redis_that_does_not_answer_in_time_is_unavailable(redis_url, client, monkeypatch):
    monkeypatch.setattr(redis_stores, "SECONDS", 0.2)
    hasty = open_redis(redis_url)
    client.client_pause(1500)

    assert not works(lambda: RedisExpiringStore(hasty).get("key"))

    wait_until(lambda: works(lambda: RedisExpiringStore(hasty).get("key")))
    hasty.close()


def test_a_full_redis_is_unavailable(client):
    client.config_set("maxmemory", 1)
    try:
        assert not works(lambda: RedisExpiringStore(client).put("key", "value", ttl=HOUR))
    finally:
        client.config_set("maxmemory", 0)


def test_a_replica_that_was_not_promoted_is_unavailable(redis_server, client):
    client.replicaof("127.0.0.1", str(redis_server.port))
    try:
        assert not works(lambda: RedisOneTimeStore(client).claim("key", ttl=HOUR))
    finally:
        client.replicaof("NO", "ONE")


def test_a_mistake_of_ours_is_not_an_outage(client):
    client.lpush("tongxing:key", "a list")

    with pytest.raises(redis.ResponseError):
        RedisExpiringStore(client).get("key")


def test_both_stores_keep_their_keys_apart(redis_url, clock):
    ephemeral = open_ephemeral(redis_url, clock)
    ephemeral.ping()

    ephemeral.expiring.put("key", "kept", ttl=HOUR)

    assert ephemeral.one_time.take("key") is None
    assert ephemeral.expiring.get("key") == "kept"


def test_the_probe_of_the_stores_notices_a_stopped_redis(redis_server, redis_url, clock):
    ephemeral = open_ephemeral(redis_url, clock)
    redis_server.stop()

    with pytest.raises(Unavailable):
        ephemeral.ping()


def test_stores_in_process_need_no_server(clock):
    ephemeral = open_ephemeral("memory:", clock)
    ephemeral.ping()

    ephemeral.one_time.put("key", "value", ttl=HOUR)

    assert ephemeral.one_time.take("key") == "value"


def test_no_password_stands_in_the_error_of_a_redis_that_is_gone():
    client = open_redis("redis://user:geheim@127.0.0.1:1/0")

    with pytest.raises(Unavailable) as caught:
        RedisExpiringStore(client).get("key")

    assert "geheim" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    "url", ["redis://:geheim/x@host/0", "http://:geheim@host", "redis://:geheim@host:port/0"]
)
def test_no_password_stands_in_the_error_of_a_wrong_url(url):
    with pytest.raises(ValueError, match="cannot be read") as caught:
        open_redis(url)

    assert "geheim" not in "".join(traceback.format_exception(caught.value))
