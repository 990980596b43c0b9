"""The page where a person signs in."""

from flask import render_template, url_for

from idp.domain.interaction.prompts import Reason
from idp.services.authorize.outcome import Page
from idp.services.sign_in.password import Refused
from idp.web.forms import SignInForm
from idp.web.party import party_of

WHY = {
    Reason.TOO_OLD: "expired",
    Reason.ASKED_AGAIN: "again",
    Reason.SELECT_ACCOUNT: "switch",
}


def sign_in_page(page: Page, form: SignInForm, *, refused: Refused | None) -> str:
    """Show the form, what went wrong with the last try, and the way back to the portal."""
    here = page.interaction.id
    return render_template(
        "sign_in.html",
        form=form,
        action=url_for("interaction.submit_sign_in", interaction_id=here),
        party=party_of(page.client) if page.client else None,
        why=WHY.get(page.reason),
        refused=refused,
        cancel_url=url_for("interaction.cancel", interaction_id=here) if page.client else None,
    )
