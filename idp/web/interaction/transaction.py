"""The page where a person reads a transaction, in the words of its type, and says yes or no."""

from flask import render_template, url_for

from idp.domain.accounts import Person
from idp.domain.errors import Refusal
from idp.domain.names import mask_name
from idp.services.authorize.outcome import Page
from idp.services.transactions import Confirming
from idp.web.party import party_of
from idp.web.words import language


def transaction_page(page: Page, confirming: Confirming, person: Person | None) -> str:
    """Show who asks whom, and every row; the hash of what is shown comes back with the answer."""
    if page.session is None or page.client is None or person is None:
        raise Refusal("invalid_request", "There is nothing to confirm.")
    details, shown = confirming.question(page.interaction, language())
    here = page.interaction.id
    return render_template(
        "transaction.html",
        action=url_for("interaction.submit_transaction", interaction_id=here),
        switch_url=url_for("interaction.switch", interaction_id=here),
        person_name=mask_name(person.name),
        party=party_of(page.client),
        session=page.session.id,
        details=details,
        shown=shown,
    )
