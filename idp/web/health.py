"""Whether the process lives, and whether its neighbours answer."""

from collections.abc import Callable

from flask import Blueprint
from flask.typing import ResponseReturnValue

from idp.web.reply import json_reply


def health_endpoints(check: Callable[[], None]) -> Blueprint:
    """Build the probes; *check* raises Unavailable when a neighbour is down."""
    endpoints = Blueprint("health", __name__, url_prefix="/health")

    @endpoints.get("/live")
    def live() -> ResponseReturnValue:
        return json_reply({"status": "ok"})

    @endpoints.get("/ready")
    def ready() -> ResponseReturnValue:
        check()
        return json_reply({"status": "ok"})

    return endpoints
