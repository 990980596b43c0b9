"""A relying party as pages show it."""

from dataclasses import dataclass

from idp.domain.clients import Client
from idp.protocol.respond.redirect import in_query
from idp.web.words import language


@dataclass(frozen=True, slots=True)
class Party:
    """Name, host and the character that stands for its logo."""

    name: str
    host: str
    logo_text: str


def party_of(client: Client) -> Party:
    """Return the client in the language of the page."""
    name = client.shown_name(language())
    return Party(name=name, host=client.host, logo_text=name[:1])


def login_address(client: Client, issuer: str) -> str | None:
    """Return where the client begins a sign-in by itself (OpenID Connect Core section 4)."""
    page = client.pages.initiate_login_uri
    return in_query(page, {"iss": issuer}) if page and not client.disabled_at else None
