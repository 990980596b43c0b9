"""What a program is answered, and how errors are said to it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from idp.domain.errors import Refusal
from idp.protocol.endpoints.bearer import challenge
from idp.protocol.wire import SignedBody, WireAnswer

JSON = "application/json"
NO_STORE = ("Cache-Control", "no-store")
RETRY_SECONDS = "5"
MALFORMED = {"error": "invalid_request", "error_description": "The request is malformed."}
UNAVAILABLE = {
    "error": "temporarily_unavailable",
    "error_description": "A neighbouring service does not answer; try again.",
}
BUG = {"error": "server_error", "error_description": "Something went wrong here."}


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; *refused* is why it is a refusal, in words that may stand in the operators' log."""

    status: int
    body: bytes
    media_type: str = JSON
    headers: tuple[tuple[str, str], ...] = (NO_STORE,)
    refused: tuple[str, str | None] | None = None

    @property
    def entity(self) -> tuple[tuple[str, str], ...]:
        """Return the headers of the body; an answer that says "not modified" has none (RFC 9110)."""
        if self.status == HTTPStatus.NOT_MODIFIED:
            return ()
        return (("Content-Type", self.media_type), ("Content-Length", str(len(self.body))))


def json_reply(
    body: Mapping[str, Any], status: int = 200, headers: tuple[tuple[str, str], ...] = ()
) -> Reply:
    """Return JSON that no cache keeps."""
    # Descriptions of ours are constant; Authlib's may repeat what was sent, so they are not kept.
    refused = (str(body["error"]), None) if "error" in body else None
    text = json.dumps(body, separators=(",", ":"))
    return Reply(status, text.encode(), headers=(NO_STORE, *headers), refused=refused)


def wire_reply(answer: WireAnswer, headers: tuple[tuple[str, str], ...] = ()) -> Reply:
    """Return an answer of the protocol, which no cache keeps."""
    body, more = answer.body, (*answer.headers, *headers)
    if not isinstance(body, SignedBody):
        return json_reply(body, answer.status, more)
    return Reply(answer.status, body.token.encode(), body.media_type, (NO_STORE, *more))


def refusal_body(refusal: Refusal) -> dict[str, str]:
    """Return how a program is told of the refusal; one without a code says nothing (RFC 6750 section 3.1)."""
    said = {"error": refusal.error, "error_description": refusal.description}
    return said if refusal.error else {}


def bearer_challenge(refusal: Refusal) -> tuple[tuple[str, str], ...]:
    """Return the header that goes with a refusal where a bearer token is needed."""
    return (("WWW-Authenticate", challenge(refusal)),) if refusal.status in {401, 403} else ()
