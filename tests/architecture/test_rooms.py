"""The house keeps its own rules: rooms, sizes, specifications, settings, words."""

import ast
import importlib
import pkgutil
import tomllib
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import idp
import idp.protocol
from idp.protocol import discovery
from idp.settings import Settings
from idp.settings_values import Section

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "idp").rglob("*.py"))
VAGUE = {"utils", "helpers", "common", "misc", "manager", "base_manager", "util"}
# Shared by the rooms beside them; no specification of their own.
PLUMBING = {
    "idp.protocol.engine_client",
    "idp.protocol.engine_request",
    "idp.protocol.grants.base",
    "idp.protocol.wire",
}


def protocol_rooms():
    return [
        importlib.import_module(found.name)
        for found in pkgutil.walk_packages(idp.protocol.__path__, "idp.protocol.")
        if not found.ispkg
    ]


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: str(source.relative_to(ROOT)))
def test_a_module_says_what_it_is_for_and_stays_small(source):
    text = source.read_text("utf-8")

    assert ast.get_docstring(ast.parse(text)), "a module begins with a sentence"
    assert len(text.splitlines()) <= 320
    assert source.stem not in VAGUE


def test_every_specification_is_named():
    unnamed = {room.__name__ for room in protocol_rooms() if not hasattr(room, "SPEC")}

    assert unnamed == PLUMBING


def test_whatever_a_room_advertises_is_in_discovery():
    advertising = {room.__name__ for room in protocol_rooms() if hasattr(room, "METADATA")}

    assert advertising == {room.__name__ for room in discovery.ROOMS}


def test_every_setting_stands_in_the_default_file():
    documented = tomllib.loads((ROOT / "config/default.toml").read_text("utf-8"))
    for name, field in Settings.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, Section):
            assert set(documented[name]) == set(field.annotation.model_fields), name
        elif name != "test_identities":
            assert name in documented


def test_every_sentence_is_translated():
    web = ROOT / "idp/web"
    method_map = [("**.py", "python"), ("templates/**.html", "jinja2")]
    keywords = {"_": None, "gettext": None, "lazy_gettext": None, "_l": None, "ngettext": (1, 2)}
    said = {
        message if isinstance(message, str) else message[0]
        for _, _, message, _, _ in extract_from_dir(
            web, method_map, {"templates/**.html": {"encoding": "utf-8"}}, keywords
        )
    }
    with (web / "translations/zh/LC_MESSAGES/messages.po").open("rb") as file:
        catalogue = read_po(file)

    untranslated = [
        text for text in said if (found := catalogue.get(text)) is None or not found.string or found.fuzzy
    ]

    assert len(said) > 50
    assert untranslated == []
    assert idp.__doc__
