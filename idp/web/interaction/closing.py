"""The page of somebody who closes the account and has signed in once more."""

from flask import render_template, url_for

from idp.services.authorize.outcome import Page
from idp.services.closing import Closing
from idp.web.party import party_of


def closing_page(page: Page, closing: Closing) -> str:
    """Say until when the account can be kept, with one button for that."""
    here = page.interaction.id
    return render_template(
        "closing.html",
        action=url_for("interaction.keep", interaction_id=here),
        session=page.session.id if page.session else "",
        closes_at=closing.closes_at(page.session) if page.session else None,
        party=party_of(page.client) if page.client else None,
        cancel_url=url_for("interaction.cancel", interaction_id=here) if page.client else None,
    )
