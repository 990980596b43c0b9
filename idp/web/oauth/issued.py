"""Revocation and introspection over HTTP."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from idp.protocol.endpoints import introspection, revocation
from idp.protocol.engine import Engine
from idp.web.reply import wire_reply
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
        accept = request.headers.get("Accept", "")
        said = engine.endpoint(name, path, form_params(), authorization=authorization(), accept=accept)
        response = wire_reply(said)
        response.vary.add("Accept")
        return response

    return endpoints
