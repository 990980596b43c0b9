"""Bodies of requests, read by a few threads at a time, so that slow senders cannot hold them all."""

from collections.abc import Callable, Iterable
from io import BytesIO
from threading import BoundedSemaphore
from typing import Any

from flask import request

from idp.domain.errors import Unavailable

WAIT_SECONDS = 0.2
BUSY = "idp.too_many_bodies"
TOO_MANY = "Too many bodies are on their way."
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class BoundedBodies:
    """Reads each body of at most *most_bytes* before the application is asked; larger ones are its own.

    The server has no time-out for bodies. When all of *readers* wait for slow senders, further posts
    come without a body and marked: :func:`refuse_if_busy` answers them, like any outage, at once.
    Whatever has no body is served as ever.
    """

    def __init__(self, app: Wsgi, *, readers: int, most_bytes: int) -> None:
        """Stand before *app*."""
        self._app = app
        self._readers = BoundedSemaphore(readers)
        self._most_bytes = most_bytes

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        length = environ.get("CONTENT_LENGTH") or ""
        chunked = "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower()
        announced = int(length) if length.isascii() and length.isdigit() else 0
        if not chunked and not 0 < announced <= self._most_bytes:
            return self._app(environ, start_response)
        if not self._readers.acquire(timeout=WAIT_SECONDS):
            nothing = {"wsgi.input": BytesIO(), "CONTENT_LENGTH": "0", BUSY: True}
            return self._app(environ | nothing, start_response)
        try:
            body = environ["wsgi.input"].read(self._most_bytes + 1 if chunked else announced)
        finally:
            self._readers.release()
        return self._app(
            environ | {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))}, start_response
        )


def refuse_if_busy() -> None:
    """Raise Unavailable for a request whose body nobody could read."""
    if request.environ.get(BUSY):
        raise Unavailable(TOO_MANY)
