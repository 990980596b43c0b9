"""The page of the ways in which a person signs in."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from idp.services.code_apps import OwnCodeApp
from idp.services.face_references import OwnReferences
from idp.services.passkeys import OwnPasskeys
from idp.web.account.addresses import SECURITY
from idp.web.account.area import AccountArea, Visitor
from idp.web.reply import go_to


def security_page(
    area: AccountArea, passkeys: OwnPasskeys, code_apps: OwnCodeApp, references: OwnReferences
) -> Blueprint:
    """Build the page, and the button that removes a reference of the face."""
    pages = Blueprint("security", __name__)

    @pages.get(SECURITY)
    @area.signed_in(SECURITY)
    def show(visitor: Visitor) -> ResponseReturnValue:
        return area.show(
            "account/security.html",
            visitor,
            passkeys=len(passkeys.all(visitor.session)),
            has_codes=code_apps.held(visitor.session) is not None,
            reference=references.has(visitor.session),
        )

    @pages.post(f"{SECURITY}/face/remove")
    @area.signed_in(SECURITY)
    def remove_reference(visitor: Visitor) -> ResponseReturnValue:
        # Less is kept by it: nobody has to sign in anew for that.
        references.remove(visitor.session)
        return go_to(f"{SECURITY}?done=face-removed")

    return pages
