"""What the commands work with, and how they speak: tables for people, JSON for programs, exit codes."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from threading import Event
from typing import Any, NoReturn, Protocol

import click
from rich.console import Console
from rich.table import Table

from idp.domain.clock import Clock
from idp.domain.credentials import PasswordHasher
from idp.domain.errors import Conflict, Refusal, Unavailable
from idp.domain.outbound import Outbound
from idp.domain.work import Records
from idp.services.audit_chain import AuditChain
from idp.services.client_upkeep import ClientUpkeep
from idp.services.clients import RegisterClient
from idp.services.keys import KeyLife
from idp.services.people import CreatePerson
from idp.settings import Settings, SettingsError

REFUSED = 1
MISUSED = 2
UNAVAILABLE = 3


class Jobs(Protocol):
    """What time calls."""

    def run(self, stop: Event) -> None:
        """Give every job its turns until *stop* is set."""

    def run_once(self) -> Mapping[str, int | None]:
        """Let every job do what there is to do; return how much each did."""


# Starts what the workers of a server share; then each of them calls for its application.
Serving = Callable[[], AbstractContextManager[Callable[[], Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """The services that commands call, and the database's own upkeep."""

    settings: Settings
    records: Records
    outbound: Outbound
    register_client: RegisterClient
    client_upkeep: ClientUpkeep
    create_person: CreatePerson
    key_life: KeyLife
    audit_chain: AuditChain
    jobs: Jobs
    serving: Serving
    hasher: PasswordHasher
    clock: Clock
    upgrade_database: Callable[[], None]
    database_revision: Callable[[], str | None]
    newest_revision: str | None


ToolBox = Callable[[], Tools]
as_json = click.option("--json", "machine", is_flag=True, help="Print JSON for programs.")


def show(value: Any, *, machine: bool, columns: Sequence[str] = ()) -> None:
    """Print *value*: as JSON, or as a table of *columns*, or name by name."""
    if machine:
        click.echo(json.dumps(value, ensure_ascii=False, indent=2))
    elif columns:
        table = Table()
        for number, column in enumerate(columns):
            # The first column is what other commands are given: it is never cut short.
            table.add_column(column, no_wrap=number == 0, overflow="ignore" if number == 0 else "fold")
        for row in value:
            table.add_row(*(_words(row[column]) for column in columns))
        Console().print(table)
    else:
        for name, held in value.items():
            click.echo(f"{name}: {_words(held)}")


def check_schema(tools: Tools) -> None:
    """End with one plain sentence when the database does not fit this program."""
    revision = tools.database_revision()
    if revision is None:
        fail("The database is empty: run `idp db upgrade` first.")
    if revision != tools.newest_revision:
        fail(
            f"The database is at {revision} and this program needs {tools.newest_revision}: "
            "run `idp db upgrade` first."
        )


def values(kind: type[StrEnum]) -> list[str]:
    """Return what can be typed for an enumeration; click would offer the names of its members."""
    return [member.value for member in kind]


def fail(sentence: str, code: int = REFUSED) -> NoReturn:
    """Say one sentence on standard error and end with *code*."""
    click.echo(sentence, err=True)
    sys.exit(code)


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turn refusals and outages into one plain sentence each."""
    try:
        yield
    except SettingsError as error:
        fail("\n".join(error.sentences), MISUSED)
    except Refusal as refusal:
        fail(refusal.description)
    except Conflict as conflict:
        fail(str(conflict))
    except Unavailable as error:
        fail(f"Not available: {error}", UNAVAILABLE)


def _words(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
