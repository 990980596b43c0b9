"""``idp audit``: the chain checked from the command line, and a head that is kept."""

import json
import sqlite3

import pytest

from tests.support.operator import Operator
from tests.support.patience import wait_until
from tests.support.ports import free_port


@pytest.fixture
def operator(tmp_path):
    """Return the operator of a provider that has served, and so bound its events."""
    made = Operator(tmp_path)
    made.prepare()
    made.enter()
    with made.serving(free_port()):
        wait_until(lambda: made.attempt("audit", "head").returncode == 0)
    return made


def change(operator, statement):
    with sqlite3.connect(operator.folder / "idp.db") as database:
        database.execute(statement)


def test_a_log_is_as_it_was_until_somebody_changes_it(operator):
    fine = operator("audit", "verify")
    assert fine.endswith(" are as they were.\n")
    assert json.loads(operator("audit", "verify", "--json"))["fault"] is None

    change(operator, "UPDATE audit_event SET kind = 'SignedIn' WHERE id = 2")

    found = operator.attempt("audit", "verify")
    assert (found.returncode, found.stderr) == (1, "Event 2 was altered.\n")
    found = operator.attempt("audit", "verify", "--json")
    assert (found.returncode, json.loads(found.stdout)["at"]) == (1, 2)
    assert operator("audit", "verify", "--from", "2199-01-01").startswith("0 events in ")
    assert operator.attempt("audit", "verify", "--to", "2199-01-01T12:00:00").returncode == 1


def test_a_head_that_was_kept_shows_that_the_end_is_gone(operator, tmp_path):
    kept = tmp_path / "head.jwt"
    kept.write_text(operator("audit", "head"))
    assert json.loads(operator("audit", "head", "--json"))["head"] == kept.read_text().strip()
    assert operator.attempt("audit", "verify", "--head", str(kept)).returncode == 0

    change(operator, "DELETE FROM audit_block")

    found = operator.attempt("audit", "verify", "--head", str(kept))
    assert found.returncode == 1
    assert "does not reach the head that was kept" in found.stderr
    assert operator.attempt("audit", "head").stderr.startswith("There is no block yet")


def test_what_is_no_head_is_said(operator, tmp_path):
    kept = tmp_path / "head.jwt"
    kept.write_text("no head")

    found = operator.attempt("audit", "verify", "--head", str(kept))

    assert (found.returncode, found.stderr) == (
        1,
        "The head that was kept is signed by no key of this provider.\n",
    )
