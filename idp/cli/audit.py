"""The audit log: whether it is as it was."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from idp.cli.tools import ToolBox, as_json, fail, show
from idp.services.audit_chain import Checked

MOMENT = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])
SENTENCES = {
    "altered": "Event {at} was altered.",
    "removed": "Event {at} was removed.",
    "inserted": "Event {at} was inserted.",
    "block": "Block {at} was altered.",
    "gap": "Block {at} was removed.",
    "end": "The chain does not reach the head that was kept: it was cut off, or made anew, at block {at}.",
}


@click.group()
def audit() -> None:
    """Look after the audit log."""


@audit.command()
@as_json
@click.pass_obj
def head(box: ToolBox, machine: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Print the newest signed head of the chain, to be kept elsewhere."""
    block = box().audit_chain.head()
    if block is None:
        fail("There is no block yet: `idp jobs run` makes them.")
    if machine:
        show({"head": block.head, "number": block.number, "last_event": block.last_id}, machine=True)
    else:
        click.echo(block.head)


@audit.command()
@click.option("--from", "since", type=MOMENT, help="Look at events that were bound from then on (UTC).")
@click.option("--to", "until", type=MOMENT, help="And until then.")
@click.option(
    "--head",
    "kept",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A head that was kept: the chain must reach it.",
)
@as_json
@click.pass_obj
def verify(
    box: ToolBox, *, since: datetime | None, until: datetime | None, kept: Path | None, machine: bool
) -> None:
    """Say whether the audit log is as it was, or which event was changed first.

    The end is 0 where it is, 1 where it is not.
    """
    promised = kept.read_text("ascii", "replace").strip() if kept else None
    checked = box().audit_chain.verify(since=_utc(since), until=_utc(until), kept=promised)
    if machine:
        show(_told(checked), machine=True)
    if checked.fault:
        fail(_sentence(checked))
    if not machine:
        waiting = f" {checked.waiting} wait for the next block." if checked.waiting else ""
        click.echo(f"{checked.events} events in {checked.blocks} blocks are as they were.{waiting}")


def _sentence(checked: Checked) -> str:
    if checked.fault == "signature":
        what = "The head that was kept" if checked.at is None else f"Block {checked.at}"
        return f"{what} is signed by no key of this provider."
    return SENTENCES[str(checked.fault)].format(at=checked.at)


def _utc(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment else None


def _told(checked: Checked) -> dict[str, Any]:
    return {
        "blocks": checked.blocks,
        "events": checked.events,
        "waiting": checked.waiting,
        "fault": checked.fault,
        "at": checked.at,
    }
