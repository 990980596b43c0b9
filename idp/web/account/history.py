"""The page of what happened in the account."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from idp.web.account.addresses import HISTORY
from idp.web.account.area import AccountArea, Visitor


def history_page(area: AccountArea) -> Blueprint:
    """Build the page."""
    pages = Blueprint("history", __name__)

    @pages.get(HISTORY)
    @area.signed_in(HISTORY)
    def show(visitor: Visitor) -> ResponseReturnValue:
        return area.show("account/history.html", visitor)

    return pages
