"""What an operator changes about clients that are there, and leave for others to register."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from idp.cli.tools import ToolBox, as_json, show, values
from idp.domain.ids import ClientId
from idp.domain.lawful_basis import LawfulBasis
from idp.domain.logos import read_logo
from idp.domain.registration.description import describe_client
from idp.domain.registration.members import Members
from idp.domain.registration.metadata import read_ground

SPAN = re.compile(r"(\d{1,4})([mhd])", re.ASCII)
UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class Span(click.ParamType[timedelta]):
    """A span of time such as ``7d``, ``12h`` or ``30m``."""

    name = "span"

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> timedelta:
        """Return the span, or say how one is written."""
        if isinstance(value, timedelta):
            return value
        found = SPAN.fullmatch(value)
        if found is None or int(found[1]) == 0:
            self.fail("Write a span of time as 7d, 12h or 30m.", param, context)
        return timedelta(**{UNITS[found[2]]: int(found[1])})


@click.command()
@click.argument("client_id")
@click.pass_obj
def disable(box: ToolBox, client_id: str) -> None:
    """Let a client do nothing until it is enabled again."""
    box().client_upkeep.disable(ClientId(client_id))
    click.echo("The client is disabled.")


@click.command()
@click.argument("client_id")
@click.pass_obj
def enable(box: ToolBox, client_id: str) -> None:
    """Let a disabled client work again."""
    box().client_upkeep.enable(ClientId(client_id))
    click.echo("The client is enabled.")


@click.command("allow-resource")
@click.argument("client_id")
@click.argument("resource")
@click.option("--undo", is_flag=True, help="Forbid it again.")
@as_json
@click.pass_obj
def allow_resource(box: ToolBox, client_id: str, resource: str, undo: bool, machine: bool) -> None:  # noqa: FBT001
    """Let a client ask for tokens for a RESOURCE server, by its address."""
    upkeep = box().client_upkeep
    change = upkeep.forbid_resource if undo else upkeep.allow_resource
    show(describe_client(change(ClientId(client_id), resource)), machine=machine)


@click.command("allow-details")
@click.argument("client_id")
@click.argument("kind", metavar="TYPE")
@click.option("--undo", is_flag=True, help="Forbid it again.")
@as_json
@click.pass_obj
def allow_details(box: ToolBox, client_id: str, kind: str, undo: bool, machine: bool) -> None:  # noqa: FBT001
    """Let a client ask people's leave for transactions of a TYPE, by its URI."""
    upkeep = box().client_upkeep
    change = upkeep.forbid_details if undo else upkeep.allow_details
    show(describe_client(change(ClientId(client_id), kind)), machine=machine)


@click.command()
@click.argument("client_id")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@click.pass_obj
def logo(box: ToolBox, client_id: str, file: Path | None) -> None:
    """Show the picture in FILE (a small square PNG) beside a client's name; without FILE, none."""
    box().client_upkeep.show_logo(ClientId(client_id), read_logo(file.read_bytes()) if file else None)
    click.echo("The logo is shown." if file else "No logo is shown.")


@click.command("lawful-basis")
@click.argument("client_id")
@click.argument("basis", type=click.Choice(values(LawfulBasis)))
@click.option("--statute", help="The law it rests on where that is not consent, as people read it.")
@click.option("--statute-en", help="The same in English.")
@as_json
@click.pass_obj
def lawful_basis(box: ToolBox, /, client_id: str, machine: bool, **given: str | None) -> None:  # noqa: FBT001
    """Say on which BASIS a client learns what it asks for; another one ends all that it was given."""
    ground = read_ground(
        Members(
            {
                "lawful_basis": given["basis"],
                "statute": given["statute"],
                "statute#en": given["statute_en"],
            }
        )
    )
    changed = box().client_upkeep.rest_on(ClientId(client_id), ground)
    show(describe_client(changed), machine=machine)


@click.command("rotate-secret")
@click.argument("client_id")
@as_json
@click.pass_obj
def rotate_secret(box: ToolBox, client_id: str, machine: bool) -> None:  # noqa: FBT001
    """Give a client a new secret, shown this once; the old one stops working."""
    client, secret = box().client_upkeep.rotate_secret(ClientId(client_id))
    show(describe_client(client, secret), machine=machine)


@click.command("registration-token")
@click.option("--uses", type=click.IntRange(1, 1_000_000), default=1, show_default=True)
@click.option("--valid-for", type=Span(), default="7d", show_default=True, help="As 7d, 12h or 30m.")
@as_json
@click.pass_obj
def registration_token(box: ToolBox, uses: int, valid_for: timedelta, machine: bool) -> None:  # noqa: FBT001
    """Print an initial access token, with which clients may register themselves; shown this once."""
    kept, token = box().client_upkeep.issue_initial_token(uses=uses, valid_for=valid_for)
    issued = {
        "initial_access_token": token,
        "uses": kept.uses,
        "expires_at": kept.expires_at.isoformat(timespec="seconds"),
    }
    show(issued, machine=machine)
