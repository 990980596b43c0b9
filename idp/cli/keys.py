"""Signing keys."""

from typing import Any

import click

from idp.cli.tools import ToolBox, as_json, fail, show, values
from idp.domain.algorithms import DEFAULT, Algorithm
from idp.domain.keys import SigningKey

COLUMNS = ("kid", "algorithm", "state", "created_at", "changed_at")

for_algorithm = click.option(
    "--algorithm", type=click.Choice(values(Algorithm)), default=DEFAULT.value, show_default=True
)


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
@for_algorithm
@as_json
@click.pass_obj
def generate(box: ToolBox, algorithm: str, machine: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Make a key and publish it; it signs after a rotation."""
    show(_row(box().key_life.generate(algorithm)), machine=machine)


@keys.command()
@for_algorithm
@as_json
@click.pass_obj
def rotate(box: ToolBox, algorithm: str, machine: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Let the next published key sign from now on; an algorithm without any key gets its first."""
    key_life = box().key_life
    active = key_life.rotate(algorithm)
    for other in key_life.lacking():
        key_life.rotate(other)
    show(_row(active), machine=machine)


@keys.command()
@click.argument("kid")
@as_json
@click.pass_obj
def revoke(box: ToolBox, kid: str, machine: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Make a key void that others may have; rotate first if it signs."""
    try:
        show(_row(box().key_life.revoke(kid)), machine=machine)
    except LookupError:
        fail("There is no such key.")


def _row(key: SigningKey) -> dict[str, Any]:
    return {
        "kid": key.kid,
        "algorithm": key.algorithm,
        "state": key.state.value,
        "created_at": key.created_at.isoformat(timespec="seconds"),
        "changed_at": key.changed_at.isoformat(timespec="seconds"),
    }
