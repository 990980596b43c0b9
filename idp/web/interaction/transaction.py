"""The page where a person reads a transaction, in the words of its type, and says yes or no."""

from flask import render_template, url_for

from idp.domain.errors import Refusal
from idp.services.authorize.outcome import Page
from idp.services.transactions import Confirming
from idp.web.party import party_of
from idp.web.words import language


def transaction_page(page: Page, confirming: Confirming) -> str:
    """Show who asks, and every row; the hash of what is shown comes back with the answer."""
    if page.session is None or page.client is None:
        raise Refusal("invalid_request", "There is nothing to confirm.")
    details, shown = confirming.question(page.interaction, language())
    return render_template(
        "transaction.html",
        action=url_for("interaction.submit_transaction", interaction_id=page.interaction.id),
        party=party_of(page.client),
        session=page.session.id,
        details=details,
        shown=shown,
    )
