"""The page where a person chooses a new password."""

from datetime import datetime, timedelta
from email.utils import format_datetime

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from idp.domain.passwords import MAX_PASSWORD, MIN_PASSWORD, Weakness
from idp.protocol.logout.session_management import browser_state
from idp.services.password_change import Changed, ChangePassword, NotChanged
from idp.services.sign_in.password import Refused
from idp.web.account.addresses import PASSWORD, SECURITY
from idp.web.account.area import AccountArea, Visitor, sign_in_address
from idp.web.forms import ChangePasswordForm
from idp.web.reply import go_to
from idp.web.request import network
from idp.web.words import language


def password_page(area: AccountArea, changing: ChangePassword) -> Blueprint:
    """Build the page and its form."""
    pages = Blueprint("password", __name__)

    @pages.get(PASSWORD)
    @area.newly_signed_in(PASSWORD, under=SECURITY)
    def show(visitor: Visitor) -> ResponseReturnValue:
        return page(visitor, ChangePasswordForm())

    @pages.post(PASSWORD)
    @area.newly_signed_in(PASSWORD, under=SECURITY)
    def change(visitor: Visitor) -> ResponseReturnValue:
        form = ChangePasswordForm()
        if not form.validate_on_submit():
            return page(visitor, form), 422
        outcome = changing.change(
            visitor.person,
            visitor.session,
            current=form.current.data or "",
            new=form.new.data or "",
            address=network(),
            language=language(),
        )
        if isinstance(outcome, Changed):
            area.cookies.set_session(outcome.secret, state=browser_state(visitor.session.id))
            return go_to(f"{SECURITY}?done=password")
        if outcome is NotChanged.SESSION_OVER:
            return go_to(sign_in_address(PASSWORD))
        if isinstance(outcome, Refused) and outcome.until:
            shown = page(visitor, form, refused=outcome)
            return shown, 429, {"Retry-After": format_datetime(outcome.until, usegmt=True)}
        field = form.current if isinstance(outcome, Refused) else form.new
        field.errors = [_sentence(outcome)]
        return page(visitor, form), 422

    def page(visitor: Visitor, form: ChangePasswordForm, refused: Refused | None = None) -> str:
        return area.show(
            "account/password.html",
            visitor,
            form=form,
            username=visitor.person.username or visitor.person.phone or "",
            least=MIN_PASSWORD,
            busy=refused is not None and refused.kind == "busy",
            until=_whole_minute(refused.until) if refused and refused.until else None,
        )

    return pages


def _whole_minute(until: datetime) -> datetime:
    # Pages show minutes: whoever comes back in the minute that was shown is let in.
    return until + timedelta(seconds=59)


def _sentence(outcome: Refused | Weakness | NotChanged) -> str:
    if isinstance(outcome, Refused):
        return str(
            ngettext(
                "This is not your password. You have %(num)d try left.",
                "This is not your password. You have %(num)d tries left.",
                outcome.remaining or 0,
            )
        )
    sentences = {
        Weakness.TOO_SHORT: _("This is too short. Enter at least %(min)d characters.", min=MIN_PASSWORD),
        Weakness.TOO_LONG: _("This is too long. Enter at most %(max)d characters.", max=MAX_PASSWORD),
        Weakness.COMMON: _("Very many people choose this password, so it is tried first. Choose another."),
        Weakness.PERSONAL: _("Your name and your numbers are known to others. Choose something else."),
        NotChanged.SAME: _("This is your password so far. Choose another."),
    }
    return str(sentences[outcome])
