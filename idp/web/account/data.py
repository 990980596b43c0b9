"""The page of what is kept about a person."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from idp.web.account.addresses import DATA
from idp.web.account.area import AccountArea, Visitor
from idp.web.account.identity import identity_facts


def data_page(area: AccountArea) -> Blueprint:
    """Build the page."""
    pages = Blueprint("data", __name__)

    @pages.get(DATA)
    @area.signed_in(DATA)
    def show(visitor: Visitor) -> ResponseReturnValue:
        return area.show("account/data.html", visitor, identity=identity_facts(visitor.person, area.words))

    return pages
