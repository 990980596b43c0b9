"""The list of the account area's pages, in the order of the navigation."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from idp.web.account import addresses


@dataclass(frozen=True, slots=True)
class Entry:
    """A page: where it is, the icon before its name, its name."""

    address: str
    icon: str
    label: Any


ENTRIES = (
    Entry(addresses.OVERVIEW, "account", _l("Overview")),
    Entry(addresses.DEVICES, "device", _l("Devices")),
    Entry(addresses.AUTHORISATIONS, "shield", _l("Authorisations")),
    Entry(addresses.HISTORY, "notice", _l("History")),
    Entry(addresses.SECURITY, "key", _l("Security")),
    Entry(addresses.DATA, "account", _l("My data")),
    Entry(addresses.SETTINGS, "notice", _l("Settings")),
)
