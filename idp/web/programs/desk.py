"""The desk that stands before the pages: it answers programs, and lets everybody else pass."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any, Protocol

from idp.domain.errors import Refusal, Unavailable
from idp.web.bodies import Wsgi
from idp.web.programs.call import Call
from idp.web.programs.reply import (
    BUG,
    MALFORMED,
    RETRY_SECONDS,
    UNAVAILABLE,
    Reply,
    bearer_challenge,
    json_reply,
    refusal_body,
)

Answer = Callable[[Call], Reply]
PREFLIGHT_SECONDS = "3600"
# RFC 6749 and all that rests on it: answers may be read by pages of any site where no cookie counts.
SHARED = (("Access-Control-Allow-Origin", "*"), ("Access-Control-Expose-Headers", "WWW-Authenticate"))


class Entry(Protocol):
    """A line of the operators' log, begun with its request."""

    @property
    def reference(self) -> str:
        """Return the number that leads to the line."""

    def end(self, *, method: str, route: str, status: int, refused: tuple[str, str | None] | None) -> None:
        """Write the line."""


class RequestLog(Protocol):
    """The operators' log."""

    def begin(self) -> Entry:
        """Begin a line."""

    def report(self, error: Exception, reference: str) -> None:
        """Write down what went wrong and where, without the error's own words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Who answers at an address, by method.

    Where *shared*, pages of any site may call: what a portal that runs in the browser asks by itself, with
    tokens of its own or without any. Credentials are never allowed, so a page learns nothing that its
    server could not ask as well. *wants_bearer*: a refusal says that a token is needed.
    """

    answers: Mapping[str, Answer]
    shared: bool = False
    wants_bearer: bool = False

    @property
    def methods(self) -> str:
        """Return the methods that are answered."""
        heads = {"HEAD"} if "GET" in self.answers else set[str]()
        return ", ".join(sorted({*self.answers, *heads, "OPTIONS"}))


class Desk:
    """A WSGI application in front of another."""

    def __init__(
        self,
        app: Wsgi,
        places: Mapping[str, Place],
        *,
        headers: Iterable[tuple[str, str]],
        most_bytes: int,
        log: RequestLog,
    ) -> None:
        """Take the addresses, and the *headers* that every answer carries."""
        self._app = app
        self._places = dict(places)
        self._headers = list(headers)
        self._most_bytes = most_bytes
        self._log = log

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a program, or let the application answer."""
        path = environ["PATH_INFO"]
        place = self._places.get(path)
        if place is None:
            return self._app(environ, start_response)
        entry, call = self._log.begin(), Call(environ)
        reply = self._answer(place, call, entry.reference)
        entry.end(method=call.method, route=path, status=reply.status, refused=reply.refused)
        headers = [
            *reply.entity,
            *reply.headers,
            *(SHARED if place.shared else ()),
            *self._headers,
        ]
        start_response(f"{reply.status} {HTTPStatus(reply.status).phrase}", headers)
        return [] if call.method == "HEAD" else [reply.body]

    def _answer(self, place: Place, call: Call, reference: str) -> Reply:
        method = "GET" if call.method == "HEAD" else call.method
        try:
            if call.length > self._most_bytes:
                return json_reply(MALFORMED, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            answer = place.answers.get(method)
            return answer(call) if answer else _of_methods(place, method)
        except Refusal as refusal:
            more = bearer_challenge(refusal) if place.wants_bearer else ()
            said = json_reply(refusal_body(refusal), refusal.status, more)
            return replace(said, refused=(refusal.error, refusal.description))
        except Unavailable as error:
            self._log.report(error, reference)
            return json_reply(UNAVAILABLE, HTTPStatus.SERVICE_UNAVAILABLE, (("Retry-After", RETRY_SECONDS),))
        except Exception as error:  # noqa: BLE001 - whatever it is, the program is told and so are we
            self._log.report(error, reference)
            return json_reply(BUG, HTTPStatus.INTERNAL_SERVER_ERROR)


def _of_methods(place: Place, method: str) -> Reply:
    allowed = ("Allow", place.methods)
    if method != "OPTIONS":
        return json_reply(MALFORMED, HTTPStatus.METHOD_NOT_ALLOWED, (allowed,))
    preflight = (
        ("Access-Control-Allow-Methods", place.methods),
        ("Access-Control-Allow-Headers", "Authorization, Content-Type"),
        ("Access-Control-Max-Age", PREFLIGHT_SECONDS),
    )
    return Reply(HTTPStatus.OK, b"", headers=(allowed, *(preflight if place.shared else ())))
