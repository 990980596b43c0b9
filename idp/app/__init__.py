"""Where every room is known: settings become neighbours, neighbours services, services an application.

Imports everything; imported by ``wsgi.py`` and the console script alone.
"""

from flask import Flask

from idp.app.house import build
from idp.cli.main import run
from idp.cli.tools import Tools
from idp.logs import set_up_logs
from idp.secret_files import load_secrets
from idp.settings import load_settings
from idp.settings_values import rooted


def create_app() -> Flask:
    """Return the WSGI application with the settings in force."""
    settings = load_settings()
    set_up_logs(settings.log.level)
    return build(settings, load_secrets(rooted(settings.secrets_dir))).app


def command() -> None:
    """Run the ``idp`` command."""

    def open_tools() -> Tools:
        settings = load_settings()
        set_up_logs("WARNING")
        return build(settings, load_secrets(rooted(settings.secrets_dir))).tools

    run(open_tools)
