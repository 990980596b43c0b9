"""The tables beside the settings: scopes, transactions, regions, passwords that everybody knows."""

import tomllib
from pathlib import Path

from idp.domain.authorization_details.reading import read_type
from idp.domain.authorization_details.types import DetailType, DetailTypes
from idp.domain.claims.catalogue import SOURCES, Catalogue, ScopeRule
from idp.domain.names import fold
from idp.settings import CONFIG, SettingsError


def load_catalogue() -> Catalogue:
    """Return the scopes and labels of config/claims.toml, or raise SettingsError."""
    table = tomllib.loads((CONFIG / "claims.toml").read_text("utf-8"))
    scopes = {name: ScopeRule(name=name, **rule) for name, rule in table["scopes"].items()}
    used = {
        source for rule in scopes.values() for source in (*rule.claims.values(), *rule.on_request.values())
    }
    if unknown := sorted(used - SOURCES.keys() | used - table["labels"].keys()):
        raise SettingsError([f"config/claims.toml: {name} is no source with a label." for name in unknown])
    return Catalogue(scopes=scopes, labels=table["labels"])


def load_detail_types(folder: Path, namespace: str) -> DetailTypes:
    """Return the transactions that the TOML files of *folder* describe, or raise SettingsError."""
    files = sorted(folder.glob("*.toml"))
    if not folder.is_dir():
        raise SettingsError(["Setting authorization.details: must name a folder."])
    types: dict[str, DetailType] = {}
    mistakes = []
    for file in files:
        try:
            found = read_type(tomllib.loads(file.read_text("utf-8")), namespace)
        except ValueError as error:
            mistakes.append(f"{file.name}: {error}")
            continue
        if types.setdefault(found.uri, found) is not found:
            mistakes.append(f"{file.name}: Another file describes this type.")
    if mistakes:
        raise SettingsError(mistakes)
    return DetailTypes(types)


def load_common_passwords() -> frozenset[str]:
    """Return the folded passwords that everybody knows, from config/common_passwords.txt."""
    lines = (CONFIG / "common_passwords.txt").read_text("utf-8").splitlines()
    return frozenset(fold(line) for line in lines if line and not line.startswith("#"))


def load_regions() -> dict[str, dict[str, str]]:
    """Return the names of the regions by code and language, from config/regions.toml."""
    return tomllib.loads((CONFIG / "regions.toml").read_text("utf-8"))
