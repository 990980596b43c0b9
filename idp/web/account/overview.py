"""The start page: for strangers what this is, for the signed-in person an overview."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from idp.web.account.addresses import OVERVIEW
from idp.web.account.area import AccountArea


def overview_page(area: AccountArea) -> Blueprint:
    """Build the start page."""
    pages = Blueprint("overview", __name__)

    @pages.get(OVERVIEW)
    def show() -> ResponseReturnValue:
        visitor = area.visitor(OVERVIEW)
        if visitor is None:
            return render_template("welcome.html", page_signed_in=False)
        overview = area.account.overview(visitor.session)
        return area.show("account/overview.html", visitor, overview=overview)

    return pages
