"""A database that is gone, locked, slow or refusing, and one that is back."""

import sqlite3
import traceback
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
import sqlalchemy

import idp.storage.engine
from idp.domain.errors import Unavailable
from idp.storage.migrate import upgrade
from idp.storage.outages import outages
from tests.contract import values
from tests.contract.conftest import open_empty, open_ready, works


def write(database):
    with database.begin() as work:
        work.clients.add(values.client())


def read(database):
    with database.read() as work:
        return work.clients.all()


@pytest.fixture
def on_postgresql(postgresql_url):
    opened = open_ready(postgresql_url)
    yield opened.database
    opened.database.close()


@pytest.fixture
def on_sqlite(sqlite_url):
    opened = open_ready(f"{sqlite_url}?timeout=0.1")
    yield opened.database
    opened.database.close()


@pytest.fixture
def file(sqlite_url):
    return Path(sqlite_url.removeprefix("sqlite:///"))


class TestPostgresql:
    """The server stops and starts."""

    def test_a_stopped_server_is_unavailable_and_works_when_it_is_back(self, postgresql, on_postgresql):
        write(on_postgresql)
        verbs = [
            lambda: read(on_postgresql),
            lambda: write(on_postgresql),
            on_postgresql.ping,
            on_postgresql.audit_trail,
        ]

        postgresql.stop()
        assert [works(verb) for verb in verbs] == [False] * 4

        postgresql.start()
        assert [works(verb) for verb in verbs] == [True] * 4

    def test_after_a_restart_one_call_fails_at_most(self, postgresql, on_postgresql):
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _: read(on_postgresql), range(64)))

        postgresql.stop()
        postgresql.start()

        tries = [works(lambda: read(on_postgresql)) for _ in range(16)]
        assert tries[1:] == [True] * 15

    def test_a_server_that_dies_between_statements_is_unavailable(self, postgresql, on_postgresql):
        def write_and_lose_the_server():
            with on_postgresql.begin() as work:
                work.clients.all()
                postgresql.stop()
                work.clients.add(values.client())

        assert not works(write_and_lose_the_server)

        postgresql.start()
        assert read(on_postgresql) == ()

    def test_a_server_that_dies_before_the_commit_is_unavailable(self, postgresql, on_postgresql):
        def write_and_lose_the_server():
            with on_postgresql.begin() as work:
                work.clients.add(values.client())
                postgresql.stop()

        assert not works(write_and_lose_the_server)

        postgresql.start()
        assert read(on_postgresql) == ()

    def test_a_lock_that_is_not_released_is_unavailable(self, postgresql_url, on_postgresql):
        client = values.client()
        with on_postgresql.begin() as work:
            work.clients.add(client)
        hasty = open_empty(f"{postgresql_url}?options=-c%20lock_timeout%3D100")

        def delete():
            with hasty.database.begin() as work:
                work.clients.delete(client.client_id)

        with on_postgresql.begin() as work:
            work.clients.delete(client.client_id)
            assert not works(delete)
        assert works(delete)
        hasty.database.close()

    def test_a_slow_statement_is_unavailable(self, postgresql_url):
        hasty = open_ready(f"{postgresql_url}?options=-c%20statement_timeout%3D100")
        hasty.sql("DROP TABLE client CASCADE")
        hasty.sql("CREATE VIEW client AS SELECT 'id' id, '' document, now() created_at FROM pg_sleep(9)")

        assert not works(lambda: read(hasty.database))
        hasty.database.close()

    def test_a_server_that_only_reads_is_unavailable_for_writers(self, postgresql_url):
        open_ready(postgresql_url).database.close()
        reading = open_empty(f"{postgresql_url}?options=-c%20default_transaction_read_only%3Don")

        assert works(lambda: read(reading.database))
        assert not works(lambda: write(reading.database))
        reading.database.close()

    def test_a_missing_database_is_unavailable(self, postgresql_url):
        missing = open_empty(f"{postgresql_url}_missing")

        assert not works(missing.database.ping)

    def test_plain_urls_lead_to_the_same_driver(self, postgresql_url):
        plain = open_ready(postgresql_url.replace("+psycopg", ""))

        assert works(plain.database.ping)
        plain.database.close()


class TestSqlite:
    """The file is locked, moved, broken."""

    def test_a_locked_file_is_unavailable_for_writers_and_readable(self, file, on_sqlite):
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")

        assert not works(lambda: write(on_sqlite))
        assert read(on_sqlite) == ()

        other.execute("ROLLBACK")
        other.close()
        assert works(lambda: write(on_sqlite))

    def test_a_file_that_is_gone_is_unavailable_until_it_is_back(self, file, on_sqlite):
        write(on_sqlite)
        on_sqlite.close()
        away = file.rename(file.with_suffix(".away"))

        assert not works(on_sqlite.ping)
        assert not works(lambda: write(on_sqlite))
        assert not file.exists()

        away.rename(file)
        assert len(read(on_sqlite)) == 1

    def test_a_file_that_is_removed_under_open_connections_is_noticed(self, file, on_sqlite):
        write(on_sqlite)
        for path in file.parent.glob("contract.db*"):
            path.unlink()

        assert not works(lambda: write(on_sqlite))
        assert not works(lambda: read(on_sqlite))

    def test_a_file_that_is_replaced_under_open_connections_is_used(self, file, on_sqlite):
        on_sqlite.ping()
        other = open_ready(f"sqlite:///{file}.new")
        write(other.database)
        other.database.close()

        for path in file.parent.glob("contract.db-*"):
            path.unlink()
        Path(f"{file}.new").replace(file)

        assert len(read(on_sqlite)) == 1

    def test_a_file_that_is_no_database_is_unavailable(self, file):
        file.write_bytes(b"not a database" * 1000)

        assert not works(open_empty(f"sqlite:///{file}").database.ping)

    def test_a_read_only_file_is_unavailable(self, file):
        sqlite3.connect(file).close()
        engine = sqlalchemy.create_engine(
            "sqlite://", creator=lambda: sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)
        )

        with pytest.raises(Unavailable), outages(), engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE more (id)")
        engine.dispose()

    def test_a_folder_that_cannot_be_made_is_unavailable(self, tmp_path):
        (tmp_path / "file").touch()
        opened = open_empty(f"sqlite:///{tmp_path}/file/idp.db")

        assert not works(lambda: upgrade(opened.app))

    @pytest.mark.usefixtures("on_sqlite")
    def test_the_file_keeps_a_write_ahead_log_and_is_the_owners_alone(self, file):
        connection = sqlite3.connect(file)

        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert file.stat().st_mode & 0o777 == 0o600
        connection.close()

    def test_a_path_may_hold_any_character(self, tmp_path):
        opened = open_ready(f"sqlite:///{tmp_path}/数据 100%25#/a b.db")

        assert works(lambda: write(opened.database))
        assert list(tmp_path.glob("*/a b.db"))
        opened.database.close()


def test_missing_tables_are_our_mistake(database_url):
    opened = open_empty(database_url)
    if database_url.startswith("sqlite"):
        Path(database_url.removeprefix("sqlite:///")).touch()

    with pytest.raises(sqlalchemy.exc.DBAPIError):
        read(opened.database)
    opened.database.close()


def test_a_pool_in_use_is_unavailable_and_recovers(database_url, monkeypatch):
    monkeypatch.setattr(idp.storage.engine, "POOL_SECONDS", 0.1)
    database = open_ready(database_url, pool_size=1).database

    with ExitStack() as busy:
        busy.enter_context(database.read())
        busy.enter_context(database.read())
        assert not works(database.ping)

    assert works(database.ping)
    database.close()


def test_no_password_stands_in_the_error_of_a_database_that_is_gone():
    opened = open_empty("postgresql://user:geheim@127.0.0.1:1/idp")

    with pytest.raises(Unavailable) as caught:
        opened.database.ping()

    assert "geheim" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://user:geheim@host:port/idp",
        "mysql://user:geheim@host/idp",
        "geheim",
        "sqlite://",
        "sqlite:///:memory:",
    ],
)
def test_no_password_stands_in_the_error_of_a_wrong_url(url):
    with pytest.raises(ValueError, match="The database URL") as caught:
        open_empty(url)

    assert "geheim" not in "".join(traceback.format_exception(caught.value))
