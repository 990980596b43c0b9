"""The settings in force."""

import re
from typing import Any

import click

from idp.cli.tools import as_json, show
from idp.secret_files import load_secrets
from idp.settings import check_together, load_settings
from idp.settings_values import rooted
from idp.tables import load_catalogue

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
