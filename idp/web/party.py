"""A relying party as pages show it."""

from dataclasses import dataclass

from idp.domain.clients import Client
from idp.protocol.respond.redirect import in_query
from idp.web.words import language


@dataclass(frozen=True, slots=True)
class Party:
    """Name, host, logo (a data URL) or the character that stands for it, and its pages for people."""

    name: str
    host: str
    logo: str | None
    logo_text: str
    policy_uri: str | None
    tos_uri: str | None


def party_of(client: Client) -> Party:
    """Return the client in the language of the page."""
    name = client.shown_name(language())
    return Party(
        name=name,
        host=client.host,
        logo=f"data:image/png;base64,{client.logo}" if client.logo else None,
        logo_text=name[:1],
        policy_uri=client.pages.policy_uri,
        tos_uri=client.pages.tos_uri,
    )


def login_address(client: Client, issuer: str) -> str | None:
    """Return where the client begins a sign-in by itself (OpenID Connect Core section 4)."""
    page = client.pages.initiate_login_uri
    return in_query(page, {"iss": issuer}) if page and not client.disabled_at else None
