"""A kept connection for a browser and its relying party; every reply has the status that is expected."""

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
    is_peer: bool = False

    @property
    def basic(self) -> dict[str, str]:
        """Return the header by which the client authenticates."""
        pair = base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
        return {"Authorization": f"Basic {pair}"}


@dataclass
class Connection:
    """Keeps itself alive, and the browser's cookies, which programs do not send."""

    target: Target
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Open nothing yet."""
        self._connection = HTTPConnection(self.target.host, self.target.port, timeout=SECONDS)

    def close(self) -> None:
        """Hang up; the next request connects again."""
        self._connection.close()

    def show(self, path: str) -> bytes:
        """Return the page at *path*, as the browser."""
        return self._browse("GET", path, status=200)[0]

    def go(self, path: str, form: dict[str, str] | None = None) -> str:
        """Return where *path*, or the form posted to it, redirects to."""
        reply = self._browse("POST" if form else "GET", path, form, status=303)[1]
        return reply.headers.get("Location", "")

    def fetch(self, path: str, headers: dict[str, str]) -> bytes:
        """Return the document at *path*, as a program."""
        return self._send("GET", path, status=200, headers=headers)[0]

    def post(self, path: str, form: dict[str, str], *, status: int = 200) -> bytes:
        """Return what *path* answers to a form that the client posts under its name."""
        return self._send("POST", path, form, status=status, headers=self.target.basic)[0]

    def _browse(
        self, method: str, path: str, form: dict[str, str] | None = None, *, status: int
    ) -> tuple[bytes, HTTPResponse]:
        kept = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        told = self._send(method, path, form, status=status, headers={"Cookie": kept} if kept else {})
        for cookie in told[1].headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return told

    def _send(
        self,
        method: str,
        path: str,
        form: dict[str, str] | None = None,
        *,
        status: int,
        headers: dict[str, str],
    ) -> tuple[bytes, HTTPResponse]:
        sent = headers | ({"Content-Type": FORM} if form else {})
        self._connection.request(method, path, urlencode(form) if form else None, sent)
        reply = self._connection.getresponse()
        body = reply.read()
        expect(reply.status == status, f"{method} {path.partition('?')[0]}: status {reply.status}")
        return body, reply


def expect(fine: bool, what: str) -> None:  # noqa: FBT001 - reads like an assertion
    """Raise WrongReplyError unless *what* is fine."""
    if not fine:
        raise WrongReplyError(what)
