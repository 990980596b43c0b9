"""The page where a person says as whom to go on."""

from flask import render_template, url_for

from idp.domain.accounts import Person
from idp.domain.names import mask_name
from idp.services.authorize.outcome import Page
from idp.web.party import party_of
from idp.web.words import level_label


def choose_account_page(page: Page, person: Person) -> str:
    """Show who is signed in, masked, beside the way to another account and the way back."""
    here = page.interaction.id
    return render_template(
        "choose_account.html",
        party=party_of(page.client) if page.client else None,
        session=page.session.id if page.session else "",
        name=mask_name(person.name),
        level_label=level_label(person.level),
        action=url_for("interaction.choose", interaction_id=here),
        switch_url=url_for("interaction.switch", interaction_id=here),
        cancel_url=url_for("interaction.cancel", interaction_id=here),
    )
