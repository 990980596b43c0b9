"""What a browser or device is called on a page."""

from flask_babel import gettext as _

from idp.domain.devices import coarse_name


def device_name(user_agent: str) -> str:
    """Return a name such as ``Chrome, Windows``."""
    return coarse_name(user_agent) or str(_("Unknown device"))
