"""Persons, on SQLite and PostgreSQL."""

import json
from dataclasses import replace

import pytest

from idp.domain.documents import Document, DocumentType
from idp.domain.errors import Conflict
from tests.contract import values
from tests.contract.conftest import race, works


def add(database, person, password_hash=values.HASH):
    with database.begin() as work:
        work.persons.add(person, password_hash=password_hash)
    return person


def find(database, *identifiers):
    with database.read() as work:
        return work.persons.credential(identifiers)


@pytest.mark.parametrize("name", ["𬱖䶮", "阿卜杜拉·买买提", "Anna-María O'Neill", "\ue000某"])
def test_a_person_comes_back_whole(database, name):
    person = add(database, values.person(name=name))

    with database.read() as work:
        assert work.persons.get(person.id) == person
        assert work.persons.get("nobody") is None


def test_a_person_may_have_nothing_to_type(database):
    person = add(database, values.person(document=None, phone=None, username=None, region=None), None)

    with database.read() as work:
        assert work.persons.get(person.id) == person


@pytest.mark.parametrize("typed", ["yi.yan", "+8610000000005", "310000197809100052"])
def test_a_credential_is_found_by_each_identifier(database, typed):
    person = add(database, values.person())

    found = find(database, "unknown", typed)

    assert (found.person_id, found.password_hash) == (person.id, values.HASH)


def test_a_document_number_is_looked_up_in_its_folded_form(database):
    person = values.person(document=Document(DocumentType.RESIDENT_ID, "33000019900101002X"))
    add(database, person)

    assert find(database, "33000019900101002x").person_id == person.id
    assert find(database, "33000019900101002X") is None


def test_no_credential_is_found_behind_nothing(database):
    add(database, values.person())

    assert find(database) is None
    assert find(database, "nobody") is None


def test_a_person_without_password_has_no_credential(database):
    add(database, values.person(), None)

    assert find(database, "yi.yan") is None


def test_where_identifiers_name_two_people_the_first_decides(database):
    first = add(database, values.person())
    second = add(database, values.person(document=None, phone=None, username="another"))

    assert find(database, "another", "yi.yan").person_id == second.id
    assert find(database, "yi.yan", "another").person_id == first.id


def test_a_new_password_takes_the_place_of_the_old_one(database):
    person = add(database, values.person())

    with database.begin() as work:
        work.persons.set_password(person.id, "new hash")

    assert find(database, "yi.yan").password_hash == "new hash"


def test_a_first_password_can_come_later(database):
    person = add(database, values.person(), None)

    with database.begin() as work:
        work.persons.set_password(person.id, "first hash")

    assert find(database, "yi.yan").password_hash == "first hash"


@pytest.mark.parametrize(
    "taken",
    [
        {"username": "yi.yan"},
        {"phone": "+8610000000005"},
        {"document": Document(DocumentType.RESIDENT_ID, "310000197809100052")},
        {"document": Document(DocumentType.OFFICER_ID, "yi.yan")},
    ],
    ids=["user name", "phone", "document", "of another kind"],
)
def test_a_taken_identifier_is_a_conflict_and_nothing_is_written(database, taken):
    add(database, values.person())
    other = replace(values.person(document=None, phone=None, username="free"), **taken)

    with pytest.raises(Conflict):
        add(database, other)

    with database.read() as work:
        assert work.persons.get(other.id) is None
    assert find(database, "free") is None


def test_one_person_may_use_one_text_twice(database):
    passport = Document(DocumentType.PASSPORT, "AB0000001")
    person = add(database, values.person(document=passport, username="ab0000001"))

    assert find(database, "ab0000001").person_id == person.id


def test_racing_for_a_user_name_has_one_winner(database):
    def register():
        try:
            add(database, values.person(document=None, phone=None))
        except Conflict:
            return False
        return True

    assert race(register).count(True) == 1


def test_people_are_paged_in_the_order_of_their_ids(database):
    people = [
        add(database, values.person(id=f"p{n}", document=None, phone=None, username=f"u{n}"))
        for n in (3, 1, 2)
    ]
    ordered = tuple(sorted(people, key=lambda person: person.id))

    with database.read() as work:
        first = work.persons.page(after=None, limit=2)
        rest = work.persons.page(after=first[-1].id, limit=2)
        over = work.persons.page(after="p3", limit=2)

    assert (first, rest, over) == (ordered[:2], ordered[2:], ())


def test_nothing_of_a_person_can_be_read_at_rest(opened, tmp_path):
    add(opened.database, values.person())
    needles = ["𬱖䶮", "310000197809100052", "10000000005", "yi.yan", "1978"]

    rows = [
        bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
        for table in ("person", "identifier", "credential", "audit_event")
        for row in opened.sql(f"SELECT * FROM {table}")  # noqa: S608 - names from the line above
        for value in row
    ]
    rest = b"\n".join([*rows, *(path.read_bytes() for path in tmp_path.glob("contract.db*"))])

    assert values.HASH.encode() in rest
    for needle in needles:
        assert needle.encode() not in rest
        assert json.dumps(needle).strip('"').encode() not in rest


def test_a_document_cannot_be_moved_to_another_person(opened):
    person = add(opened.database, values.person())
    other = add(opened.database, values.person(document=None, phone=None, username="other"))

    opened.sql(
        "UPDATE person SET document = (SELECT document FROM person WHERE id = :a) WHERE id = :b",
        a=person.id,
        b=other.id,
    )

    with opened.database.read() as work, pytest.raises(ValueError, match="belongs elsewhere"):
        work.persons.get(other.id)


def test_hostile_identifiers_find_nothing_and_break_nothing(database):
    add(database, values.person())

    assert find(database, "' OR 1=1 --", "%", "x" * 10_000) is None
    assert find(database, "\x00") is None
    assert works(database.ping)
