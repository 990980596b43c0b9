"""Plain values as Flask's answers."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Response, g, jsonify

NO_STORE = "no-store"


def json_reply(
    body: Mapping[str, Any], status: int = 200, headers: Iterable[tuple[str, str]] = ()
) -> Response:
    """Return JSON that no cache keeps."""
    response = jsonify(body)
    response.status_code = status
    if error := body.get("error"):
        # Descriptions of ours are constant; Authlib's may repeat what was sent, so they are not kept.
        g.setdefault("refused", (error, None))
    response.headers.extend(headers)
    response.headers["Cache-Control"] = NO_STORE
    return response


def go_to(url: str) -> Response:
    """Send the browser on with GET, whatever it came with (RFC 9700 section 4.12)."""
    response = Response(status=303, headers={"Location": url})
    response.headers["Cache-Control"] = NO_STORE
    return response
