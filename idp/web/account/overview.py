"""The start page: for strangers what this is, for the signed-in person an overview."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from idp.services.history import History
from idp.web.account.addresses import OVERVIEW
from idp.web.account.area import AccountArea
from idp.web.account.identity import identity_facts, level_meaning


def overview_page(area: AccountArea, history: History) -> Blueprint:
    """Build the start page."""
    pages = Blueprint("overview", __name__)

    @pages.get(OVERVIEW)
    def show() -> ResponseReturnValue:
        visitor = area.visitor(OVERVIEW)
        if visitor is None:
            return render_template("welcome.html", page_signed_in=False)
        return area.show(
            "account/overview.html",
            visitor,
            counts=area.account.overview(visitor.session),
            meaning=level_meaning(visitor.person.level),
            identity=identity_facts(visitor.person, area.words),
            last=history.sign_in_before(visitor.session),
        )

    return pages
