"""Where every room is known: settings become neighbours, neighbours services, services an application.

Imports everything; imported by ``wsgi.py`` and the console script alone.
"""

from flask import Flask

from idp.app.house import application, build
from idp.cli.main import run
from idp.cli.tools import Tools
from idp.logs import set_up_logs
from idp.secret_files import load_secrets
from idp.settings import SettingsError, load_settings
from idp.settings_values import rooted


def create_app() -> Flask:
    """Return the WSGI application with the settings in force, for any server but our own."""
    settings = load_settings()
    if settings.faces.enabled:
        # Who judges is started before a server forks, which only ours waits for.
        raise SettingsError(["Setting faces.enabled: needs `idp serve`."])
    return application(settings, load_secrets(rooted(settings.secrets_dir)))


def command() -> None:
    """Run the ``idp`` command."""

    def open_tools() -> Tools:
        settings = load_settings()
        set_up_logs("WARNING")
        return build(settings, load_secrets(rooted(settings.secrets_dir))).tools

    run(open_tools)
