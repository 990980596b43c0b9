"""The page of how the pages look and speak."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from idp.web.account.addresses import SETTINGS
from idp.web.account.area import AccountArea, Visitor


def settings_page(area: AccountArea) -> Blueprint:
    """Build the page."""
    pages = Blueprint("settings", __name__)

    @pages.get(SETTINGS)
    @area.signed_in(SETTINGS)
    def show(visitor: Visitor) -> ResponseReturnValue:
        return area.show("account/settings.html", visitor)

    return pages
