"""The WSGI entry: ``app`` with the settings in force."""

from idp.app import create_app

app = create_app()
