"""The settings in force."""

import re
from time import process_time
from typing import Any

import click

from idp.adapters.hashing import Argon2Hasher
from idp.cli.tools import as_json, show
from idp.secret_files import load_secrets
from idp.settings import Passwords, check_together, load_settings
from idp.settings_values import rooted
from idp.tables import load_catalogue

MORE_PASSES = (2, 3, 4)
HASHES = 10
PASSWORD = re.compile(r"([?&]password=)[^&]*")


@click.group()
def settings() -> None:
    """Look at the settings."""


@settings.command()
def check() -> None:
    """Say every mistake in settings and secret files, one sentence each."""
    found = load_settings()
    check_together(found, load_catalogue())
    load_secrets(rooted(found.secrets_dir))
    click.echo("The settings are right.")


@settings.command("show")
@as_json
def show_settings(machine: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Show the settings in force; secrets are not among them, passwords in addresses are hidden."""
    values = load_settings().model_dump(mode="json")
    for section in ("database", "store"):
        values[section]["url"] = _without_password(values[section]["url"])
    show(values if machine else dict(_flat(values)), machine=machine)


@settings.command()
@as_json
def tune(machine: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Measure what a password costs here with the settings in force, and with more passes."""
    cost = load_settings().passwords
    rows = []
    for passes in sorted({cost.iterations, *MORE_PASSES}):
        seconds = _seconds_a_hash(cost, passes)
        rows.append(
            {
                "iterations": passes,
                "milliseconds": round(seconds * 1000, 1),
                "a second and core": round(1 / seconds),
                "in force": passes == cost.iterations,
            }
        )
    if not machine:
        click.echo(f"argon2id with {cost.memory_kib} KiB, {cost.lanes} lane(s); CPU time:")
    show(rows, machine=machine, columns=tuple(rows[0]))


def _seconds_a_hash(cost: Passwords, passes: int) -> float:
    hasher = Argon2Hasher(memory_kib=cost.memory_kib, iterations=passes, lanes=cost.lanes, at_once=1)
    known = hasher.hash("a password")
    begun = process_time()
    for _ in range(HASHES):
        hasher.verify(known, "a password")
    return (process_time() - begun) / HASHES


def _without_password(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    user, at, place = rest.rpartition("@")
    shown = f"{scheme}{separator}{user.partition(':')[0]}:***{at}{place}" if at else url
    return PASSWORD.sub(r"\1***", shown)


def _flat(values: dict[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    rows: list[tuple[str, Any]] = []
    for name, value in values.items():
        if isinstance(value, dict):
            rows += _flat(value, f"{prefix}{name}.")
        else:
            rows.append((prefix + name, value))
    return rows
