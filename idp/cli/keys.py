"""Signing keys."""

from typing import Any

import click

from idp.cli.tools import ToolBox, as_json, show
from idp.domain.algorithms import DEFAULT
from idp.domain.keys import SigningKey

COLUMNS = ("kid", "algorithm", "state", "created_at", "changed_at")


@click.group()
def keys() -> None:
    """Look after the signing keys."""


@keys.command("list")
@as_json
@click.pass_obj
def list_keys(box: ToolBox, machine: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Show every key and where it is in its life."""
    show([_row(key) for key in box().key_life.all()], machine=machine, columns=COLUMNS)


@keys.command()
@as_json
@click.pass_obj
def generate(box: ToolBox, machine: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Make a key and publish it; it signs after a rotation."""
    show(_row(box().key_life.generate(DEFAULT)), machine=machine)


@keys.command()
@as_json
@click.pass_obj
def rotate(box: ToolBox, machine: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Let the next published key sign from now on."""
    show(_row(box().key_life.rotate(DEFAULT)), machine=machine)


def _row(key: SigningKey) -> dict[str, Any]:
    return {
        "kid": key.kid,
        "algorithm": key.algorithm,
        "state": key.state.value,
        "created_at": key.created_at.isoformat(timespec="seconds"),
        "changed_at": key.changed_at.isoformat(timespec="seconds"),
    }
