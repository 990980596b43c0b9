"""Receipts, on SQLite and PostgreSQL."""

from dataclasses import replace
from datetime import timedelta

import pytest

from idp.domain.receipts import Receipt
from tests.contract import values

RECEIPT = Receipt(
    id="receipt-1",
    person_id="person-1",
    client_id="client-1",
    issued_at=values.NOW,
    token="header.claims.signature",
)
LATER = replace(RECEIPT, id="receipt-2", issued_at=values.NOW + timedelta(days=1))
ANOTHERS = replace(RECEIPT, id="receipt-3", person_id="person-2")


@pytest.fixture
def kept(database):
    """Return a database with two people and their receipts."""
    with database.begin() as work:
        for number in (1, 2):
            person = values.person(
                id=f"person-{number}", document=None, phone=None, username=f"user-{number}"
            )
            work.persons.add(person, password_hash=None)
        for receipt in (LATER, RECEIPT, ANOTHERS):
            work.receipts.add(receipt)
    return database


def test_receipts_come_back_as_they_were_kept_oldest_first(kept):
    with kept.read() as work:
        assert work.receipts.of_person("person-1") == (RECEIPT, LATER)
        assert work.receipts.get("person-1", "receipt-2") == LATER


def test_anothers_receipt_does_not_exist(kept):
    with kept.read() as work:
        assert work.receipts.get("person-1", "receipt-3") is None
        assert work.receipts.get("person-2", "receipt-1") is None
        assert work.receipts.of_person("person-3") == ()


def test_what_a_receipt_says_cannot_be_read_in_the_database(opened):
    with opened.database.begin() as work:
        work.persons.add(values.person(id="person-1"), password_hash=None)
        work.receipts.add(RECEIPT)

    [row] = opened.sql("SELECT * FROM receipt")

    assert b"claims" not in b"".join(bytes(each) for each in row if isinstance(each, bytes | memoryview))
    assert "claims" not in str([each for each in row if isinstance(each, str)])


def test_a_receipt_that_was_put_in_anothers_place_is_not_taken_for_it(opened):
    with opened.database.begin() as work:
        work.persons.add(values.person(id="person-1"), password_hash=None)
        work.receipts.add(RECEIPT)
        work.receipts.add(LATER)
    opened.sql("UPDATE receipt SET sealed = (SELECT sealed FROM receipt WHERE id = 'receipt-2')")

    with pytest.raises(ValueError, match="belongs elsewhere"), opened.database.read() as work:
        work.receipts.get("person-1", "receipt-1")


def test_old_ones_are_forgotten_a_few_at_a_time(kept):
    with kept.begin() as work:
        assert work.receipts.purge(values.NOW + timedelta(hours=1), limit=1) == 1
        assert work.receipts.purge(values.NOW + timedelta(hours=1), limit=9) == 1
        assert work.receipts.purge(values.NOW + timedelta(hours=1), limit=9) == 0

    with kept.read() as work:
        assert work.receipts.of_person("person-1") == (LATER,)


def test_those_of_one_person_are_erased(kept):
    with kept.begin() as work:
        assert work.receipts.erase_of_person("person-1") == 2

    with kept.read() as work:
        assert work.receipts.of_person("person-1") == ()
        assert work.receipts.of_person("person-2") == (ANOTHERS,)
