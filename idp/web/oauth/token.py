"""The endpoints that clients call before and after a visit: pushed requests, and tokens."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from idp.protocol import engine
from idp.protocol.endpoints import pushed_authorization as pushed
from idp.web.reply import wire_reply
from idp.web.request import authorization, form_params


def token_endpoint(tokens: engine.Engine) -> Blueprint:
    """Build the endpoint where codes, refresh tokens and client credentials become tokens.

    Requests are pushed to its neighbour.
    """
    endpoint = Blueprint("token", __name__)

    @endpoint.post(engine.PATH)
    def token() -> ResponseReturnValue:
        answer = tokens.token(form_params(), authorization=authorization())
        return wire_reply(answer)

    @endpoint.post(pushed.PATH)
    def push() -> ResponseReturnValue:
        answer = tokens.endpoint(pushed.NAME, pushed.PATH, form_params(), authorization=authorization())
        return wire_reply(answer)

    return endpoint
