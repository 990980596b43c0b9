"""The notices, on their neighbours."""

import tomllib

from idp.app.neighbours import Neighbours
from idp.services.notices import Notices
from idp.settings import CONFIG, Settings


def open_notices(settings: Settings, neighbours: Neighbours) -> Notices:
    """Return what tells people of what happened to their accounts."""
    return Notices(
        messages=neighbours.messages,
        texts=tomllib.loads((CONFIG / "messages.toml").read_text("utf-8")),
        clock=neighbours.clock,
        issuer=settings.issuer,
    )
