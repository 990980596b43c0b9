"""The command ``idp`` and its groups."""

from typing import Any

import click

from idp.cli.audit import audit
from idp.cli.client import client
from idp.cli.database import database
from idp.cli.demo import demo
from idp.cli.jobs import jobs
from idp.cli.keys import keys
from idp.cli.person import person
from idp.cli.receipt import receipt
from idp.cli.secret_files import secret_files
from idp.cli.serve import serve
from idp.cli.settings import settings
from idp.cli.tools import ToolBox, plain_errors


class PlainGroup(click.Group):
    """A group whose commands end in plain sentences instead of tracebacks."""

    def invoke(self, context: click.Context) -> Any:
        """Run the command."""
        with plain_errors():
            return super().invoke(context)


@click.group(cls=PlainGroup)
@click.version_option(package_name="tongxing", prog_name="idp")
def idp() -> None:
    """Run and look after a Tongxing identity provider."""


for each in (serve, demo, jobs, database, keys, client, person, receipt, audit, settings, secret_files):
    idp.add_command(each)


def run(box: ToolBox) -> None:
    """Run the command of this process's arguments; *box* opens the tools when one needs them."""
    idp(obj=box)
