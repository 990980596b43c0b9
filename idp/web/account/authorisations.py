"""The page of the portals that may see a person's data, and the question before that is taken back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint
from flask.typing import ResponseReturnValue

from idp.domain.clients import Client
from idp.domain.grants import Consent
from idp.domain.ids import ClientId
from idp.domain.lawful_basis import Ground
from idp.web.account.addresses import AUTHORISATIONS
from idp.web.account.area import AccountArea, Visitor
from idp.web.account.titles import Named, Titles
from idp.web.party import Party, login_address, party_of
from idp.web.reply import go_to


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownConsent:
    """A consent with the names of what it allows; *offline_until* if it holds while the person is away."""

    client_id: str
    party: Party
    login: str | None
    allowed: Named
    given_at: datetime
    until: datetime | None
    is_once: bool
    offline_until: datetime | None
    by_law: bool
    ground: Ground


def authorisations_page(
    area: AccountArea,
    find_client: Callable[[ClientId], Client | None],
    titles: Titles,
    issuer: str,
) -> Blueprint:
    """Build the page, the question and its button."""
    pages = Blueprint("authorisations", __name__)

    @pages.get(AUTHORISATIONS)
    @area.signed_in(AUTHORISATIONS)
    def show(visitor: Visitor) -> ResponseReturnValue:
        given = area.account.consents(visitor.session)
        consents = [shown for each, until in given if (shown := _shown(each, until))]
        return area.show("account/authorisations.html", visitor, consents=consents)

    @pages.get(f"{AUTHORISATIONS}/<client_id>/withdraw")
    @area.signed_in(AUTHORISATIONS)
    def ask(visitor: Visitor, client_id: str) -> ResponseReturnValue:
        client = _client(client_id)
        consent = area.account.consent(visitor.session, client.client_id) if client else None
        shown = _shown(consent, None) if consent else None
        if shown is None or shown.by_law:
            return go_to(AUTHORISATIONS)
        return area.show("account/withdraw.html", visitor, consent=shown)

    @pages.post("/consents/<client_id>/withdraw")
    @area.signed_in(AUTHORISATIONS)
    def withdraw(visitor: Visitor, client_id: str) -> ResponseReturnValue:
        client = _client(client_id)
        done = client is not None and area.account.withdraw(visitor.session, client)
        return go_to(f"{AUTHORISATIONS}?done=consent" if done else AUTHORISATIONS)

    def _client(client_id: str) -> Client | None:
        return find_client(ClientId(client_id)) if client_id.isprintable() else None

    def _shown(consent: Consent, offline_until: datetime | None) -> ShownConsent | None:
        client = find_client(consent.client_id)
        if client is None:
            return None
        return ShownConsent(
            client_id=client.client_id,
            party=party_of(client),
            login=login_address(client, issuer),
            allowed=titles(consent.allowed),
            given_at=consent.given_at,
            until=consent.until,
            is_once=consent.is_once,
            offline_until=offline_until,
            by_law=consent.is_by_law(client.ground),
            ground=consent.ground,
        )

    return pages
