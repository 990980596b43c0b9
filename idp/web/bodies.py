"""Bodies of requests, read by a few threads at a time, so that slow senders cannot hold them all."""

from collections.abc import Callable, Iterable
from io import BytesIO
from threading import BoundedSemaphore
from typing import Any

WAIT_SECONDS = 0.2
BUSY = b'{"error": "temporarily_unavailable", "error_description": "Too many bodies are on their way."}'
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class BoundedBodies:
    """Reads each body of at most *most_bytes* before the application is asked; larger ones are its own.

    The server has no time-out for bodies. When all of *readers* wait for slow senders, further posts
    are answered 503 at once, while whatever has no body is served as ever.
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
            headers = [
                ("Content-Type", "application/json"),
                ("Retry-After", "5"),
                ("Cache-Control", "no-store"),
            ]
            start_response("503 Service Unavailable", headers)
            return [BUSY]
        try:
            body = environ["wsgi.input"].read(self._most_bytes + 1 if chunked else announced)
        finally:
            self._readers.release()
        return self._app(
            environ | {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))}, start_response
        )
