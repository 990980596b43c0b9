"""Where the pages of the account area are, and which address a sign-in may lead back to."""

import re

OVERVIEW = "/"
DEVICES = "/account/devices"
AUTHORISATIONS = "/account/authorisations"
HISTORY = "/account/history"
RECEIPTS = "/account/receipts"
SECURITY = "/account/security"
PASSWORD = "/account/security/password"  # noqa: S105 - an address
PASSKEYS = "/account/security/passkeys"
CODES = "/account/security/codes"
DATA = "/account/data"
COPY = "/account/data/copy"
CLOSE = "/account/close"
SETTINGS = "/account/settings"

# What a stolen session must not reach: whoever signed in a while ago does so again.
WANT_NEW_SIGN_IN = frozenset({PASSWORD, PASSKEYS, CODES, COPY, CLOSE})

# Nothing that a browser could read as another host, another scheme or a step upwards.
INSIDE = re.compile(r"/account(/[A-Za-z0-9_-]{1,64}){1,4}", re.ASCII)


def page_inside(asked: str) -> str:
    """Return *asked* if it is the address of a page of the account area, else the overview's."""
    return asked if INSIDE.fullmatch(asked) else OVERVIEW
