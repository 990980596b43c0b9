"""One line in the operators' log for each request, and one for each thing that went wrong."""

from time import perf_counter

import structlog
from flask import Flask, Response, g, request

from idp.domain.ids import random_id
from idp.logs import describe_error

REFERENCE_LENGTH = 10


def log_requests(app: Flask) -> None:
    """Give each request of *app* a reference number, and log what became of it."""
    log = structlog.get_logger()

    @app.before_request
    def begin() -> None:
        g.reference = random_id()[:REFERENCE_LENGTH]
        g.started = perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        log.info(
            "request",
            method=request.method,
            # The rule, not the path: paths hold the ids of visits.
            route=str(request.url_rule or "-"),
            status=response.status_code,
            milliseconds=round((perf_counter() - g.started) * 1000, 1),
            reference=g.reference,
            **_why(),
        )
        return response


def _why() -> dict[str, str]:
    # So that a reference number on a page leads to the reason, in constant words.
    error, sentence = g.get("refused", (None, None))
    return {name: said for name, said in (("error", error), ("why", sentence)) if said}


def report(error: Exception) -> None:
    """Log what went wrong and where, without the error's own words."""
    cause = error.__cause__ or error.__context__ or error
    structlog.get_logger().error(
        type(error).__name__, reference=g.get("reference", ""), **describe_error(cause)
    )
