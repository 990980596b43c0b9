"""The page where a person closes the account."""

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from idp.services.closing import Closing
from idp.services.logout import Logout
from idp.web.account.addresses import CLOSE, DATA
from idp.web.account.area import AccountArea, Visitor
from idp.web.headers import let_frames_reach
from idp.web.reply import go_to
from idp.web.words import language


def close_page(area: AccountArea, closing: Closing, logout: Logout) -> Blueprint:
    """Build the page, its form, and what is said when it is done."""
    pages = Blueprint("close", __name__)

    @pages.get(CLOSE)
    @area.newly_signed_in(CLOSE, under=DATA)
    def show(visitor: Visitor) -> ResponseReturnValue:
        return page(visitor)

    @pages.post(CLOSE)
    @area.newly_signed_in(CLOSE, under=DATA)
    def close(visitor: Visitor) -> ResponseReturnValue:
        if request.form.get("understood") != "yes":
            return page(visitor, unticked=True), 422
        frames = logout.frames(visitor.session)
        closes_at = closing.close(visitor.session, language=language())
        area.cookies.clear_session()
        if closes_at is None:
            return go_to("/sign-in")
        let_frames_reach(frames)
        # In another language there is nothing left to show but the way in.
        g.page_url = "/sign-in"
        return render_template(
            "account/closed.html", page_signed_in=False, closes_at=closes_at, frames=frames
        )

    def page(visitor: Visitor, *, unticked: bool = False) -> str:
        return area.show(
            "account/close.html",
            visitor,
            days=closing.grace.days,
            closes_at=closing.clock.now() + closing.grace,
            unticked=unticked,
        )

    return pages
