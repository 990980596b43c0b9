"""Write the tables of docs/ from docs/coverage.toml and the code: ``make tables``."""

import ast
import importlib
import pkgutil
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import idp.protocol

ROOT = Path(__file__).resolve().parent.parent
COVERAGE = ROOT / "docs/coverage.toml"
Row = tuple[str, ...]


def tables() -> dict[str, str]:
    """Return the text of each document by its name."""
    coverage = tomllib.loads(COVERAGE.read_text("utf-8"))
    return {
        "specifications.md": _specifications(coverage["rooms"]),
        "certification.md": _certification(coverage["plans"], coverage["behaviours"]),
        "attacks.md": _attacks(coverage["attacks"]),
    }


def rooms() -> dict[str, tuple[str, str]]:
    """Return the specification and the first sentence of each room, by its path under idp/protocol."""
    found = {}
    for module in pkgutil.walk_packages(idp.protocol.__path__, "idp.protocol."):
        room = importlib.import_module(module.name)
        if hasattr(room, "SPEC"):
            path = module.name.removeprefix("idp.protocol.").replace(".", "/") + ".py"
            found[path] = (room.SPEC, (room.__doc__ or "").splitlines()[0])
    return found


def named_tests() -> set[str]:
    """Return every test that a document may refer to, as ``folder/file.py::name``, and every file."""
    names = set()
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        file = str(path.relative_to(ROOT / "tests"))
        names.add(file)
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name.lower().startswith("test"):
                names.add(f"{file}::{node.name}")
    return names


def referred() -> set[str]:
    """Return every test that docs/coverage.toml refers to."""
    coverage = tomllib.loads(COVERAGE.read_text("utf-8"))
    return {test for group in ("rooms", "behaviours", "attacks") for test in _flat(coverage[group])}


def _flat(group: dict[str, Any]) -> list[str]:
    return [test for value in group.values() if isinstance(value, list) for test in value]


def _specifications(tests: dict[str, list[str]]) -> str:
    rows = [
        (spec, f"`idp/protocol/{path}`", sentence, _listed(tests.get(path, [])))
        for path, (spec, sentence) in sorted(rooms().items(), key=lambda room: (room[1][0], room[0]))
    ]
    return _document(
        "Specifications",
        "What is implemented, in which file, and which tests hold it to its word.",
        _table(("Specification", "File", "What it does", "Tests"), rows),
    )


def _certification(plans: dict[str, list[str]], behaviours: dict[str, Any]) -> str:
    parts = []
    for plan, modules in plans.items():
        rows = [(f"`{module}`", _behaviour(behaviours.get(module, []))) for module in modules]
        parts.append(f"## {plan}\n\n{_table(('Module', 'Covered by'), rows)}")
    return _document(
        "Certification plans",
        "The modules of the OpenID Foundation's plans for the code flow, and the tests here that try the "
        "same behaviour. The suite itself was not run: it is a service of its own that reaches the provider "
        "from outside. A sentence in place of a test says what differs or cannot be tried here.",
        "\n\n".join(parts),
    )


def _attacks(attacks: dict[str, list[str]]) -> str:
    rows = [(attack, _listed(tests)) for attack, tests in attacks.items()]
    return _document(
        "Attacks",
        "Each of these is tried by the tests beside it, and refused.",
        _table(("Attack", "Tests"), rows),
    )


def _behaviour(covered: Any) -> str:
    return covered if isinstance(covered, str) else _listed(covered)


def _listed(tests: list[str]) -> str:
    return "<br>".join(f"`{test}`" for test in tests)


def _table(heading: Row, rows: Sequence[Row]) -> str:
    lines = [heading, tuple("---" for _ in heading), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def _document(title: str, introduction: str, body: str) -> str:
    return f"# {title}\n\n{introduction}\n\nMade by `make tables` from `docs/coverage.toml`.\n\n{body}\n"


if __name__ == "__main__":
    for name, text in tables().items():
        (ROOT / "docs" / name).write_text(text, "utf-8")
