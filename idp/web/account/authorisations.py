"""The page of the portals that may see a person's data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint
from flask.typing import ResponseReturnValue

from idp.domain.clients import Client
from idp.domain.grants import OPENID, Consent
from idp.domain.ids import ClientId
from idp.web.account.addresses import AUTHORISATIONS
from idp.web.account.area import AccountArea, Visitor
from idp.web.party import Party, login_address, party_of
from idp.web.reply import go_to
from idp.web.words import language


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownConsent:
    """A consent with the names of what it allows."""

    client_id: str
    party: Party
    login: str | None
    scopes: list[str]
    given_at: datetime


def authorisations_page(
    area: AccountArea,
    find_client: Callable[[ClientId], Client | None],
    scope_titles: Mapping[str, Mapping[str, str]],
    issuer: str,
) -> Blueprint:
    """Build the page and its buttons."""
    pages = Blueprint("authorisations", __name__)

    @pages.get(AUTHORISATIONS)
    @area.signed_in(AUTHORISATIONS)
    def show(visitor: Visitor) -> ResponseReturnValue:
        given = area.account.consents(visitor.session)
        consents = [shown for each in given if (shown := _shown(each))]
        return area.show("account/authorisations.html", visitor, consents=consents)

    @pages.post("/consents/<client_id>/withdraw")
    @area.signed_in(AUTHORISATIONS)
    def withdraw(visitor: Visitor, client_id: str) -> ResponseReturnValue:
        client = find_client(ClientId(client_id)) if client_id.isprintable() else None
        done = client is not None and area.account.withdraw(visitor.session, client.client_id)
        return go_to(f"{AUTHORISATIONS}?done=consent" if done else AUTHORISATIONS)

    def _shown(consent: Consent) -> ShownConsent | None:
        client = find_client(consent.client_id)
        if client is None:
            return None
        return ShownConsent(
            client_id=client.client_id,
            party=party_of(client),
            login=login_address(client, issuer),
            scopes=[
                scope_titles[scope][language()]
                for scope in scope_titles
                if scope in consent.scopes and scope != OPENID
            ],
            given_at=consent.given_at,
        )

    return pages
