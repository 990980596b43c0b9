"""Messages that wait, and the browsers that people are known by, on SQLite and PostgreSQL."""

from dataclasses import replace
from datetime import timedelta

import pytest

from idp.domain.devices import KnownBrowser, browser_digest
from idp.domain.ids import random_id
from idp.domain.messages import Message, Topic
from tests.contract import values
from tests.contract.conftest import race

DAY = timedelta(days=1)
BROWSER = browser_digest("person-1", "secret-1")


def message(**changes):
    usual = Message(
        id=random_id(),
        person_id="person-1",
        topic=Topic.NEW_DEVICE,
        language="zh",
        phone="+8610000000001",
        text="您的账号于2026年11月22日 14:05登录",
        created_at=values.NOW,
    )
    return replace(usual, **changes)


def keep(database, *messages):
    with database.begin() as work:
        for each in messages:
            work.outbox.add(each)


def test_messages_come_back_whole_oldest_first_and_not_more_than_asked_for(database):
    new, old = message(created_at=values.LATER), message(topic=Topic.WAY_CHANGED, language="en")
    keep(database, new, old)

    with database.read() as work:
        assert work.outbox.waiting(limit=10) == (old, new)
        assert work.outbox.waiting(limit=1) == (old,)


def test_nobody_reads_a_message_or_its_destination_in_the_table(opened):
    keep(opened.database, message(text="secret words"))

    [row] = opened.sql("SELECT * FROM outbox")

    assert b"secret words" not in bytes(row[2])
    assert "10000000001" not in str(row)
    assert "person-1" not in str(row)


def test_a_message_does_not_open_in_the_row_of_another(opened):
    keep(opened.database, one := message(), two := message())
    opened.sql(
        "UPDATE outbox SET document = (SELECT document FROM outbox WHERE id = :one) WHERE id = :two",
        one=one.id,
        two=two.id,
    )

    with opened.database.read() as work, pytest.raises(ValueError, match="changed or belongs elsewhere"):
        work.outbox.waiting(limit=10)


def test_a_message_falls_with_its_unit_of_work(database):
    def write_and_fail():
        with database.begin() as work:
            work.outbox.add(message())
            raise KeyError

    with pytest.raises(KeyError):
        write_and_fail()

    with database.read() as work:
        assert work.outbox.waiting(limit=10) == ()


def test_racing_to_carry_a_message_away_has_one_winner(database):
    keep(database, waiting := message())

    def remove():
        with database.begin() as work:
            return work.outbox.remove(waiting.id)

    assert sum(race(remove)) == 1


def test_old_messages_are_forgotten_in_batches(database):
    keep(database, *(message(created_at=values.NOW - 31 * DAY) for _ in range(3)), recent := message())

    with database.begin() as work:
        assert work.outbox.purge(values.NOW - 30 * DAY, limit=2) == 2
        assert work.outbox.purge(values.NOW - 30 * DAY, limit=2) == 1
        assert work.outbox.waiting(limit=10) == (recent,)


def meet(database, person_id="person-1", browser=BROWSER, language="zh", at=values.NOW):
    with database.begin() as work:
        return work.known_browsers.meet(person_id, browser, language=language, at=at)


def test_a_browser_is_met_for_the_first_time_once(database):
    assert meet(database)
    assert not meet(database, at=values.LATER)
    assert meet(database, browser=browser_digest("person-1", "secret-2"))


def test_two_people_at_one_browser_have_nothing_in_common(database):
    other = browser_digest("person-2", "secret-1")

    assert other != BROWSER
    assert meet(database)
    assert meet(database, "person-2", other)


def test_racing_to_be_met_has_one_winner(database):
    assert sum(race(lambda: meet(database))) == 1


def test_the_language_is_that_of_the_sign_in_before_in_another_browser(database):
    older, newer = browser_digest("person-1", "secret-2"), browser_digest("person-1", "secret-3")
    meet(database, browser=older, language="zh", at=values.NOW - DAY)
    meet(database, browser=newer, language="en", at=values.NOW)
    meet(database, language="zh", at=values.LATER)

    with database.read() as work:
        assert work.known_browsers.language("person-1", but=BROWSER) == "en"
        assert work.known_browsers.language("person-2", but=BROWSER) is None
    meet(database, browser=older, language="zh", at=values.LATER + DAY)
    with database.read() as work:
        assert work.known_browsers.language("person-1", but=BROWSER) == "zh"


def test_a_persons_browsers_are_listed_the_last_used_first(database):
    meet(database, browser=browser_digest("person-1", "secret-2"), language="en", at=values.LATER)
    meet(database)
    meet(database, "person-2", browser_digest("person-2", "secret-1"))

    with database.read() as work:
        assert work.known_browsers.of_person("person-1") == (
            KnownBrowser("en", values.LATER),
            KnownBrowser("zh", values.NOW),
        )


def test_browsers_that_nobody_uses_are_forgotten_in_batches(database):
    for number in range(3):
        meet(database, browser=browser_digest("person-1", f"old-{number}"), at=values.NOW - 401 * DAY)
    meet(database)

    with database.begin() as work:
        assert work.known_browsers.purge(values.NOW - 400 * DAY, limit=2) == 2
        assert work.known_browsers.purge(values.NOW - 400 * DAY, limit=2) == 1
    assert not meet(database)
