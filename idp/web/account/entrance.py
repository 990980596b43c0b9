"""Signing in without a portal, and signing out."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from idp.services.authorize.visits import Visits
from idp.services.logout import Logout
from idp.web.account.addresses import WANT_NEW_SIGN_IN, page_inside
from idp.web.account.area import AccountArea
from idp.web.oauth.authorize import follow
from idp.web.signed_out import SignedOut, signed_out_page


def entrance_pages(area: AccountArea, visits: Visits, logout: Logout) -> Blueprint:
    """Build the two doors."""
    pages = Blueprint("entrance", __name__)

    @pages.get("/sign-in")
    def sign_in() -> ResponseReturnValue:
        page = page_inside(request.args.get("next", ""))
        max_age = area.recent if page in WANT_NEW_SIGN_IN else None
        return follow(visits.begin_own(area.session(), area.cookies.browser(), page=page, max_age=max_age))

    @pages.post("/sign-out")
    def sign_out() -> ResponseReturnValue:
        session = area.session()
        frames = logout.frames(session) if session else ()
        if session:
            area.account.sign_out(session, reason="by_person")
        area.cookies.clear_session()
        return signed_out_page(SignedOut(known=session is not None, frames=frames))

    return pages
