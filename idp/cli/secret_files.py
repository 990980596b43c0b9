"""The secret files."""

import click

from idp.secret_files import create_secrets
from idp.settings import load_settings
from idp.settings_values import rooted


@click.group("secrets")
def secret_files() -> None:
    """Look after the secret files."""


@secret_files.command()
def create() -> None:
    """Make the secret files that are missing, readable by their owner only."""
    made = create_secrets(rooted(load_settings().secrets_dir))
    click.echo(f"Made: {', '.join(made)}." if made else "Nothing was missing.")
