"""``python -m idp`` is the command ``idp``."""

from idp.app import command

command()
