"""The page that relying parties keep in a hidden frame, to ask whether the session is still the same."""

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue

from idp.domain.ids import random_id
from idp.protocol.logout.session_management import PATH
from idp.web.cookies import Cookies
from idp.web.headers import let_anybody_frame


def check_session_page(cookies: Cookies) -> Blueprint:
    """Build the page; it shows nothing, and its answers tell nothing but "unchanged" or "changed"."""
    pages = Blueprint("check_session", __name__)

    @pages.get(PATH)
    def check_session() -> ResponseReturnValue:
        let_anybody_frame()
        g.script_nonce = random_id()
        return render_template("check_session.html", cookie=cookies.name("state"), nonce=g.script_nonce)

    return pages
