"""The page of the ways in which a person signs in."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from idp.services.code_apps import OwnCodeApp
from idp.services.passkeys import OwnPasskeys
from idp.web.account.addresses import SECURITY
from idp.web.account.area import AccountArea, Visitor


def security_page(area: AccountArea, passkeys: OwnPasskeys, code_apps: OwnCodeApp) -> Blueprint:
    """Build the page."""
    pages = Blueprint("security", __name__)

    @pages.get(SECURITY)
    @area.signed_in(SECURITY)
    def show(visitor: Visitor) -> ResponseReturnValue:
        return area.show(
            "account/security.html",
            visitor,
            passkeys=len(passkeys.all(visitor.session)),
            has_codes=code_apps.held(visitor.session) is not None,
        )

    return pages
