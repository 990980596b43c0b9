"""The servers and the browser that other tests rely on."""

import psycopg
import pytest
import redis
import sqlalchemy
from playwright.sync_api import Page, expect

from tests.support.servers import PostgreSQL, Redis


def ask(url: str) -> object:
    engine = sqlalchemy.create_engine(url)
    try:
        with engine.connect() as connection:
            return connection.scalar(sqlalchemy.text("SELECT 1"))
    finally:
        engine.dispose()


def test_postgresql_answers_and_comes_back(postgresql: PostgreSQL, postgresql_url: str) -> None:
    assert ask(postgresql_url) == 1

    postgresql.stop()
    with pytest.raises(sqlalchemy.exc.OperationalError):
        ask(postgresql_url)

    postgresql.start()
    assert ask(postgresql_url) == 1


def test_stopping_postgresql_cuts_open_connections(postgresql: PostgreSQL) -> None:
    url = postgresql.create_database().replace("+psycopg", "")
    with psycopg.connect(url) as connection:
        postgresql.stop()

        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")


def test_a_postgresql_that_an_earlier_test_stopped_runs_again(postgresql: PostgreSQL) -> None:
    assert postgresql.is_running


def test_each_database_is_empty(postgresql_url: str) -> None:
    engine = sqlalchemy.create_engine(postgresql_url)

    tables = sqlalchemy.inspect(engine).get_table_names()
    engine.dispose()

    assert tables == []


def test_redis_answers_and_comes_back(redis_server: Redis, redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.set("name", "value")

        redis_server.stop()
        with pytest.raises(redis.ConnectionError):
            client.get("name")

        redis_server.start()
        assert client.get("name") is None


@pytest.mark.parametrize("turn", [1, 2])
def test_redis_is_empty_for_each_test(redis_url: str, turn: int) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.set("claimed", turn, nx=True)


def test_chromium_shows_chinese_text(page: Page) -> None:
    page.goto("data:text/html;charset=utf-8,<h1>统一身份认证</h1>")

    expect(page.get_by_role("heading")).to_have_text("统一身份认证")
    assert page.evaluate("navigator.language") == "zh-CN"
