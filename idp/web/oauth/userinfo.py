"""UserInfo over HTTP."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from idp.protocol.endpoints.userinfo import PATH, UserInfo
from idp.web.reply import wire_reply
from idp.web.request import authorization, posted_form


def userinfo_endpoint(userinfo: UserInfo) -> Blueprint:
    """Build the endpoint that tells the claims behind an access token."""
    endpoint = Blueprint("userinfo", __name__)

    @endpoint.route(PATH, methods=["GET", "POST"])
    def claims() -> ResponseReturnValue:
        return wire_reply(userinfo.answer(authorization(), posted_form()))

    return endpoint
