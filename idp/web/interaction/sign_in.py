"""The page where a person signs in."""

from dataclasses import replace
from datetime import timedelta

from flask import render_template, url_for

from idp.domain.interaction.prompts import Reason
from idp.services.authorize.outcome import Page
from idp.services.sign_in.password import Refused
from idp.web.forms import SignInForm
from idp.web.party import party_of

WHY = {
    Reason.TOO_OLD: "expired",
    Reason.ASKED_AGAIN: "again",
    Reason.TOO_WEAK: "again",
    Reason.SELECT_ACCOUNT: "switch",
    Reason.OTHER_PERSON: "switch",
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
        refused=_rounded(refused),
        cancel_url=url_for("interaction.cancel", interaction_id=here) if page.client else None,
    )


def _rounded(refused: Refused | None) -> Refused | None:
    # Pages show minutes: whoever comes back in the minute that was shown is let in.
    if refused is None or refused.until is None:
        return refused
    return replace(refused, until=refused.until + timedelta(seconds=59))
