"""One line in the operators' log for each request, and one for each thing that went wrong."""

from dataclasses import dataclass
from time import perf_counter
from typing import Any

import structlog
from flask import Flask, Response, g, request

from idp.domain.ids import random_id
from idp.logs import describe_error

REFERENCE_LENGTH = 10


@dataclass(frozen=True, slots=True)
class Entry:
    """A line, begun with its request."""

    log: Any
    reference: str
    started: float

    def end(self, *, method: str, route: str, status: int, refused: tuple[str, str | None] | None) -> None:
        """Write the line; a reference number on a page leads to the reason, in constant words."""
        error, sentence = refused or (None, None)
        why = {name: said for name, said in (("error", error), ("why", sentence)) if said}
        self.log.info(
            "request",
            method=method,
            route=route,
            status=status,
            milliseconds=round((perf_counter() - self.started) * 1000, 1),
            reference=self.reference,
            **why,
        )


class RequestLog:
    """Writes through structlog."""

    def __init__(self) -> None:
        self._log = structlog.get_logger()

    def begin(self) -> Entry:
        """Begin a line under a number of its own."""
        return Entry(self._log, random_id()[:REFERENCE_LENGTH], perf_counter())

    def report(self, error: Exception, reference: str) -> None:
        """Write down what went wrong and where, without the error's own words."""
        cause = error.__cause__ or error.__context__ or error
        self._log.error(type(error).__name__, reference=reference, **describe_error(cause))

    def install(self, app: Flask) -> None:
        """Log the requests that *app* answers."""

        @app.before_request
        def begin() -> None:
            g.entry = self.begin()
            g.reference = g.entry.reference

        @app.after_request
        def end(response: Response) -> Response:
            # The rule, not the path: paths hold the ids of visits.
            route, refused = str(request.url_rule or "-"), g.get("refused")
            status = response.status_code
            g.entry.end(method=request.method, route=route, status=status, refused=refused)
            return response
