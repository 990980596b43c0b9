"""The documents tell of what is there."""

import tomllib

from docs.make_tables import COVERAGE, ROOT, named_tests, referred, rooms, tables


def test_every_room_of_the_protocol_has_tests():
    covered = tomllib.loads(COVERAGE.read_text("utf-8"))["rooms"]

    assert covered.keys() == rooms().keys()
    assert [room for room, tests in covered.items() if not tests] == []


def test_every_test_that_a_document_names_exists():
    assert sorted(referred() - named_tests()) == []


def test_every_module_of_a_certification_plan_is_answered():
    coverage = tomllib.loads(COVERAGE.read_text("utf-8"))
    modules = {module for plan in coverage["plans"].values() for module in plan}

    assert coverage["behaviours"].keys() == modules
    assert [module for module in modules if not coverage["behaviours"][module]] == []


def test_the_tables_are_as_the_code_is():
    for name, text in tables().items():
        assert (ROOT / "docs" / name).read_text("utf-8") == text, f"{name}: run make tables"
