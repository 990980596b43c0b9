"""The database's schema."""

import click

from idp.cli.tools import ToolBox, Tools, as_json, show


@click.group("db")
def database() -> None:
    """Look after the database."""


@database.command()
@click.pass_obj
def upgrade(box: ToolBox) -> None:
    """Bring the schema to the newest revision."""
    tools = box()
    tools.upgrade_database()
    _provide_new_keys(tools)
    click.echo(f"The database is at {tools.database_revision()}.")


@database.command()
@as_json
@click.pass_obj
def current(box: ToolBox, machine: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Say which revision the schema is at."""
    show({"revision": box().database_revision()}, machine=machine)


def _provide_new_keys(tools: Tools) -> None:
    # A version may sign with algorithms that the one before it did not know. An empty database gets
    # its keys by `idp keys rotate`.
    lacking = tools.key_life.lacking()
    if tools.key_life.all():
        for algorithm in lacking:
            tools.key_life.rotate(algorithm)
