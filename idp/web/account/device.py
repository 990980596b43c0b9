"""A browser's own description, shortened to what its owner recognises."""

from flask_babel import gettext as _

# The first word found decides: Edge calls itself Chrome too, and Chrome calls itself Safari.
BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def device_name(user_agent: str) -> str:
    """Return a name such as ``Chrome, Windows``."""
    names = [next((name for word, name in table if word in user_agent), "") for table in (BROWSERS, SYSTEMS)]
    return ", ".join(filter(None, names)) or _("Unknown device")
