"""The page of the app that shows a person's codes: it is added there with its first code, and removed."""

from collections.abc import Callable

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from idp.services.code_apps import OwnCodeApp
from idp.web.account.addresses import CODES, SECURITY
from idp.web.account.area import AccountArea, Visitor
from idp.web.forms import CodeForm
from idp.web.reply import go_to
from idp.web.words import language

GROUP = 4


def codes_page(area: AccountArea, own: OwnCodeApp, draw_qr: Callable[[str], str]) -> Blueprint:
    """Build the page and its two forms; *draw_qr* returns a QR code as SVG."""
    pages = Blueprint("codes", __name__)

    @pages.get(CODES)
    @area.newly_signed_in(CODES, under=SECURITY)
    def show(visitor: Visitor) -> ResponseReturnValue:
        return page(visitor, CodeForm(formdata=None))

    @pages.post(CODES)
    @area.newly_signed_in(CODES, under=SECURITY)
    def add(visitor: Visitor) -> ResponseReturnValue:
        form = CodeForm()
        if not form.validate_on_submit():
            return page(visitor, form), 422
        if own.add(visitor.person, visitor.session, form.code.data or "", language=language()):
            return go_to(f"{SECURITY}?done=code-app-added")
        form.code.data = ""
        form.code.errors = [_("The app does not show this code now. Enter the one that it shows.")]
        return page(visitor, form), 422

    @pages.get(f"{CODES}/remove")
    @area.newly_signed_in(CODES, under=SECURITY)
    def ask(visitor: Visitor) -> ResponseReturnValue:
        held = own.held(visitor.session)
        return area.show("account/remove_codes.html", visitor, held=held) if held else go_to(CODES)

    @pages.post(f"{CODES}/remove")
    @area.newly_signed_in(CODES, under=SECURITY)
    def remove(visitor: Visitor) -> ResponseReturnValue:
        own.remove(visitor.person, visitor.session, language=language())
        return go_to(f"{SECURITY}?done=code-app-removed")

    def page(visitor: Visitor, form: CodeForm) -> str:
        held = own.held(visitor.session)
        if held:
            return area.show("account/codes.html", visitor, held=held)
        offer = own.offer(visitor.person, visitor.session)
        return area.show(
            "account/codes.html",
            visitor,
            held=None,
            form=form,
            groups=[offer.secret[at : at + GROUP] for at in range(0, len(offer.secret), GROUP)],
            address=offer.address,
            # Drawn here, of nothing but squares.
            picture=draw_qr(offer.address),
        )

    return pages
