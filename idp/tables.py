"""The tables beside the settings: scopes, regions, passwords that everybody knows."""

import tomllib

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


def load_common_passwords() -> frozenset[str]:
    """Return the folded passwords that everybody knows, from config/common_passwords.txt."""
    lines = (CONFIG / "common_passwords.txt").read_text("utf-8").splitlines()
    return frozenset(fold(line) for line in lines if line and not line.startswith("#"))


def load_regions() -> dict[str, dict[str, str]]:
    """Return the names of the regions by code and language, from config/regions.toml."""
    return tomllib.loads((CONFIG / "regions.toml").read_text("utf-8"))
