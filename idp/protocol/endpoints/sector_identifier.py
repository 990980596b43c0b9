"""The sector identifier: its document must name every redirect URI of whoever claims the sector."""

import json

from idp.domain.clients import Client
from idp.domain.errors import Unavailable
from idp.domain.outbound import Outbound
from idp.domain.registration.members import refuse

SPEC = "OpenID Connect Core 1.0 section 8.1"
OK = 200


def check_sector(client: Client, outbound: Outbound) -> None:
    """Refuse a client that claims a sector whose document does not name it."""
    if client.sector_identifier_uri is None:
        return
    try:
        fetched = outbound.get(client.sector_identifier_uri)
    except Unavailable:
        raise refuse("The sector_identifier_uri cannot be fetched.") from None
    if fetched.status != OK:
        raise refuse("The sector_identifier_uri cannot be fetched.")
    try:
        named = json.loads(fetched.body)
    except (ValueError, RecursionError):
        raise refuse("The sector_identifier_uri holds no list of texts.") from None
    if not isinstance(named, list) or not all(isinstance(each, str) for each in named):
        raise refuse("The sector_identifier_uri holds no list of texts.")
    if not set(client.redirect_uris) <= set(named):
        raise refuse("The sector_identifier_uri does not name every redirect URI.")
