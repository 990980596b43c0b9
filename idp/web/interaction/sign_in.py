"""The page where a person signs in."""

from dataclasses import replace
from datetime import timedelta

from flask import render_template, url_for
from flask_babel import gettext as _

from idp.domain.assurance import PASSWORD_ALONE, reached_level
from idp.domain.interaction.prompts import Reason
from idp.services.authorize.outcome import Page
from idp.services.sign_in.password import Refused
from idp.web.forms import SignInForm
from idp.web.party import party_of


def sign_in_page(page: Page, form: SignInForm, *, refused: Refused | None, has_ended: bool) -> str:
    """Show the form, what went wrong with the last try, and the way back to the portal.

    *has_ended* says that this browser was signed in, and is no more.
    """
    here = page.interaction.id
    return render_template(
        "sign_in.html",
        form=form,
        action=url_for("interaction.submit_sign_in", interaction_id=here),
        here=url_for("interaction.show", interaction_id=here),
        passkey_options=url_for("interaction.passkey_options", interaction_id=here),
        passkey_action=url_for("interaction.submit_passkey", interaction_id=here),
        party=party_of(page.client) if page.client else None,
        why=_why(page, has_ended=has_ended),
        refused=_rounded(refused),
        cancel_url=url_for("interaction.cancel", interaction_id=here) if page.client else None,
    )


def _why(page: Page, *, has_ended: bool) -> str | None:
    """Return why somebody has to sign in again, or how, in one sentence."""
    if page.client and _needs_passkey(page):
        return str(_("%(party)s asks for a sign-in with a passkey.", party=party_of(page.client).name))
    if has_ended:
        return str(_("Your earlier sign-in has ended. Please sign in again."))
    if page.client is None:
        sentence = _("Some time has passed since you signed in. For your safety, please sign in again.")
        return sentence if page.reason is Reason.TOO_OLD else None
    party = party_of(page.client).name
    sentences = {
        Reason.TOO_OLD: _(
            "Some time has passed since you signed in, and %(party)s asks for a newer sign-in."
        ),
        Reason.ASKED_AGAIN: _(
            "You are signed in already. To be sure that it is you, %(party)s asks you again."
        ),
        Reason.TOO_WEAK: _("%(party)s asks for a higher level than this sign-in has reached."),
        Reason.SELECT_ACCOUNT: _("Sign in with the account that you want to use."),
        Reason.OTHER_PERSON: _("%(party)s expects another account than the one that is signed in here."),
    }
    sentence = sentences.get(page.reason)
    return sentence % {"party": party} if sentence else None


def _needs_passkey(page: Page) -> bool:
    request = page.interaction.request
    levels = request.required_levels if request else None
    return levels is not None and reached_level(PASSWORD_ALONE.ceiling, levels) is None


def _rounded(refused: Refused | None) -> Refused | None:
    # Pages show minutes: whoever comes back in the minute that was shown is let in.
    if refused is None or refused.until is None:
        return refused
    return replace(refused, until=refused.until + timedelta(seconds=59))
