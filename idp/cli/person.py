"""People."""

import sys
from typing import Any

import click

from idp.cli.tools import ToolBox, as_json, fail, show, values
from idp.domain.accounts import Person
from idp.domain.assurance import Level
from idp.domain.documents import DocumentType
from idp.domain.ids import PersonId
from idp.domain.names import mask_name, mask_number, mask_phone
from idp.services.people import NewPerson

COLUMNS = ("id", "name", "document_type", "level", "region")
PAGE = 100


@click.group()
def person() -> None:
    """Enter people and look them up; data is shown masked."""


@person.command()
@click.option("--name", required=True)
@click.option("--document-type", required=True, type=click.Choice(values(DocumentType)))
@click.option("--document-number", required=True)
@click.option("--phone")
@click.option("--username")
@click.option("--region", help="Six digits; from the document when left out.")
@click.option("--level", type=click.Choice(values(Level)), default="l1", show_default=True)
@click.option("--password-stdin", is_flag=True, required=True, help="Read the password there.")
@as_json
@click.pass_obj
def create(box: ToolBox, /, machine: bool, password_stdin: bool, **given: Any) -> None:  # noqa: FBT001
    """Enter a person; the password is read from standard input."""
    del password_stdin
    password = sys.stdin.readline().rstrip("\r\n")
    kind = DocumentType(given.pop("document_type"))
    level = Level(given.pop("level"))
    new = NewPerson(document_type=kind, level=level, password=password, **given)
    show(_row(box().create_person.create(new)), machine=machine)


@person.command("list")
@click.option("--after", help="The last id of the page before.")
@click.option("--limit", type=click.IntRange(1, 1000), default=PAGE, show_default=True)
@as_json
@click.pass_obj
def list_people(box: ToolBox, after: str | None, limit: int, machine: bool) -> None:  # noqa: FBT001
    """Show people page by page."""
    with box().records.read() as work:
        people = work.persons.page(after=PersonId(after) if after else None, limit=limit)
    show([_row(each) for each in people], machine=machine, columns=COLUMNS)


@person.command("show")
@click.argument("person_id")
@as_json
@click.pass_obj
def show_person(box: ToolBox, person_id: str, machine: bool) -> None:  # noqa: FBT001
    """Show one person."""
    with box().records.read() as work:
        found = work.persons.get(PersonId(person_id))
    if found is None:
        fail("There is no such person.")
    show(_row(found), machine=machine)


def _row(person: Person) -> dict[str, Any]:
    document = person.document
    return {
        "id": person.id,
        "username": person.username,
        "name": mask_name(person.name),
        "document_type": document.type.value if document else None,
        "document_number": mask_number(document.number) if document else None,
        "phone": mask_phone(person.phone) if person.phone else None,
        "region": person.region,
        "level": person.level.value,
        "created_at": person.created_at.isoformat(timespec="seconds"),
    }
