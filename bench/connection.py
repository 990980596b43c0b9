"""A kept connection with cookies, on which every reply has the status that is expected."""

import base64
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlencode

SECONDS = 30
FORM = "application/x-www-form-urlencoded"


class WrongReplyError(Exception):
    """A reply is not what it must be; the message says which, without what it held."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where the provider listens, the client, and the person."""

    host: str
    port: int
    client_id: str = ""
    client_secret: str = ""
    redirect_uri: str = ""
    username: str = ""
    password: str = ""

    @property
    def basic(self) -> dict[str, str]:
        """Return the header by which the client authenticates."""
        pair = base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
        return {"Authorization": f"Basic {pair}"}


@dataclass
class Connection:
    """Keeps itself alive, and its cookies."""

    target: Target
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Open nothing yet."""
        self._connection = HTTPConnection(self.target.host, self.target.port, timeout=SECONDS)

    def close(self) -> None:
        """Hang up; the next request connects again."""
        self._connection.close()

    def fetch(self, path: str, headers: dict[str, str] | None = None) -> bytes:
        """Return the body behind *path*."""
        return self._send("GET", path, None, status=200, headers=headers)[0]

    def post(self, path: str, form: dict[str, str]) -> bytes:
        """Return what *path* answers to a form that the client posts under its name."""
        return self._send("POST", path, form, status=200, headers=self.target.basic)[0]

    def go(self, path: str, form: dict[str, str] | None = None) -> str:
        """Return where *path*, or the form posted to it, redirects to."""
        reply = self._send("POST" if form else "GET", path, form, status=303)[1]
        return reply.headers.get("Location", "")

    def _send(
        self,
        method: str,
        path: str,
        form: dict[str, str] | None,
        *,
        status: int,
        headers: dict[str, str] | None = None,
    ) -> tuple[bytes, HTTPResponse]:
        sent = dict(headers or {})
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if form:
            sent["Content-Type"] = FORM
        self._connection.request(method, path, urlencode(form) if form else None, sent)
        reply = self._connection.getresponse()
        body = reply.read()
        expect(reply.status == status, f"{method} {path.partition('?')[0]}: status {reply.status}")
        for cookie in reply.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return body, reply


def expect(fine: bool, what: str) -> None:  # noqa: FBT001 - reads like an assertion
    """Raise WrongReplyError unless *what* is fine."""
    if not fine:
        raise WrongReplyError(what)
