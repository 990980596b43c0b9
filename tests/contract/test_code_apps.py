"""Apps that show codes, on every database."""

from dataclasses import replace

import pytest

from idp.domain.code_apps import CodeApp
from tests.contract import values
from tests.contract.conftest import race

APP = CodeApp(
    id="app-1",
    person_id="person-1",
    secret="GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
    last_step=100,
    made_in="session-1",
    created_at=values.NOW,
)
OTHER = replace(APP, id="app-2", person_id="person-2")


@pytest.fixture
def apps(opened):
    """Return a database with two people, each with an app."""
    with opened.database.begin() as work:
        for number in (1, 2):
            person = values.person(
                id=f"person-{number}", document=None, phone=None, username=f"user-{number}"
            )
            work.persons.add(person, password_hash=None)
        assert work.code_apps.add(APP)
        assert work.code_apps.add(OTHER)
    return opened.database


def act(database, of):
    with database.begin() as work:
        return of(work.code_apps)


def use(database, step, app=APP):
    return act(database, lambda apps: apps.use(app, step=step))


def test_an_app_comes_back_as_it_was_kept(apps):
    assert act(apps, lambda each: each.of_person("person-1")) == APP
    assert act(apps, lambda each: each.of_person("nobody")) is None


def test_a_person_has_one_app(apps):
    assert not act(apps, lambda each: each.add(replace(APP, id="app-3", secret="A" * 32)))

    assert act(apps, lambda each: each.of_person("person-1")) == APP


@pytest.mark.parametrize(("step", "counts"), [(101, True), (100, False), (99, False)])
def test_a_step_is_used_once_and_none_before_it(apps, step, counts):
    assert use(apps, step) is counts

    assert act(apps, lambda each: each.of_person("person-1")).last_step == (101 if counts else 100)
    assert act(apps, lambda each: each.of_person("person-2")) == OTHER


def test_racing_with_one_code_has_one_winner(apps):
    assert sum(race(lambda: use(apps, 101))) == 1


def test_a_removed_app_is_used_no_more_even_when_there_is_another(apps):
    assert act(apps, lambda each: each.remove("person-1"))
    assert not act(apps, lambda each: each.remove("person-1"))
    assert act(apps, lambda each: each.add(replace(APP, id="app-3", secret="A" * 32)))

    assert not use(apps, 101)
    assert act(apps, lambda each: each.of_person("person-2")) == OTHER


def test_nobody_reads_a_secret_in_the_table_nor_in_a_trace(apps, opened):
    rows = opened.sql("SELECT * FROM code_app")

    assert APP.secret not in str(rows)
    assert not any(APP.secret.encode() in bytes(each[3]) for each in rows)
    assert APP.secret not in repr(APP)


def test_a_secret_does_not_open_in_the_row_of_another_person(apps, opened):
    opened.sql(
        "UPDATE code_app SET document = (SELECT document FROM code_app WHERE id = 'app-1') WHERE id = 'app-2'"
    )

    with pytest.raises(ValueError, match="belongs elsewhere"):
        act(apps, lambda each: each.of_person("person-2"))
