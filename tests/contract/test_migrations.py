"""Migrations: they and the tables agree, both ways, on each database."""

import logging
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from idp.storage.migrate import current, downgrade, head, upgrade
from idp.storage.tables import db
from tests.contract import values
from tests.contract.conftest import open_empty

ROOT = Path(__file__).resolve().parents[2]
UPGRADE = """
import sys
from idp.storage.migrate import current, upgrade
from tests.contract.conftest import open_empty
opened = open_empty(sys.argv[1])
upgrade(opened.app)
print(current(opened.app))
"""


@pytest.fixture
def empty(database_url):
    opened = open_empty(database_url)
    yield opened
    opened.database.close()


def tables(opened):
    engine = sqlalchemy.create_engine(opened.url, poolclass=sqlalchemy.NullPool)
    return set(sqlalchemy.inspect(engine).get_table_names()) - {"sqlite_sequence"}


def test_the_tables_are_as_the_models_say(empty):
    upgrade(empty.app)

    with empty.app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []


def test_only_one_active_key_is_possible_in_the_database(empty):
    upgrade(empty.app)

    engine = sqlalchemy.create_engine(empty.url, poolclass=sqlalchemy.NullPool)
    [index] = sqlalchemy.inspect(engine).get_indexes("signing_key")

    condition = index["dialect_options"]["sqlite_where" if "sqlite" in empty.url else "postgresql_where"]
    assert index["unique"]
    assert "active" in str(condition)


def test_an_empty_database_has_no_revision_until_it_is_upgraded(empty):
    assert current(empty.app) is None

    upgrade(empty.app)

    assert current(empty.app) == head()


def test_upgrading_again_changes_nothing(empty):
    upgrade(empty.app)
    with empty.database.begin() as work:
        work.clients.add(values.client())

    upgrade(empty.app)

    with empty.database.read() as work:
        assert len(work.clients.all()) == 1


def test_going_back_and_forth_works(empty):
    upgrade(empty.app)
    before = tables(empty)

    downgrade(empty.app, "base")
    assert tables(empty) == {"alembic_version"}
    assert current(empty.app) is None

    upgrade(empty.app)
    assert tables(empty) == before
    empty.database.ping()


def test_keys_that_had_stopped_lose_their_private_half(empty):
    upgrade(empty.app, "0009")
    for kid, state in (("old", "retired"), ("new", "active")):
        empty.sql(
            "INSERT INTO signing_key VALUES (:kid, 'RS256', :state, '{}', :private, :at, :at)",
            kid=kid,
            state=state,
            private=b"sealed",
            at="2026-11-22 06:00:00.000000+00:00",
        )

    upgrade(empty.app)

    with empty.database.read() as work:
        known = {key.kid: key for key in work.keys.all()}
    assert (known["old"].sealed_private, known["old"].stopped_at) == (b"", known["old"].changed_at)
    assert (known["new"].sealed_private, known["new"].stopped_at) == (b"sealed", None)


def test_nodes_that_upgrade_at_once_do_not_disturb_each_other(database_url):
    # Processes, as nodes are: within one, Alembic runs one migration at a time.
    nodes = [
        subprocess.Popen([sys.executable, "-c", UPGRADE, database_url], cwd=ROOT, stdout=subprocess.PIPE)
        for _ in range(3)
    ]

    assert [node.communicate()[0] for node in nodes] == [f"{head()}\n".encode()] * 3


def test_foreign_keys_hold_after_an_upgrade(empty):
    upgrade(empty.app)

    with pytest.raises(sqlalchemy.exc.IntegrityError), empty.database.begin() as work:
        work.persons.set_password("nobody", values.HASH)


def test_upgrading_is_quiet_and_leaves_logging_alone(empty, capfd):
    before = (logging.root.level, list(logging.root.handlers), logging.getLogger("alembic").level)

    upgrade(empty.app)

    assert (logging.root.level, list(logging.root.handlers), logging.getLogger("alembic").level) == before
    assert capfd.readouterr() == ("", "")
