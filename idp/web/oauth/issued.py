"""Revocation and introspection over HTTP."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from idp.protocol.endpoints import introspection, revocation
from idp.protocol.engine import Engine
from idp.web.reply import json_reply
from idp.web.request import authorization, form_params


def issued_endpoints(engine: Engine) -> Blueprint:
    """Build the endpoints where clients ask about their tokens and give them back."""
    endpoints = Blueprint("issued", __name__)

    @endpoints.post(revocation.PATH)
    def revoke() -> ResponseReturnValue:
        return answer(revocation.NAME, revocation.PATH)

    @endpoints.post(introspection.PATH)
    def introspect() -> ResponseReturnValue:
        return answer(introspection.NAME, introspection.PATH)

    def answer(name: str, path: str) -> ResponseReturnValue:
        said = engine.endpoint(name, path, form_params(), authorization=authorization())
        return json_reply(said.body, said.status, said.headers)

    return endpoints
