"""One connection of the load client: a browser and its relying party, who check every reply."""

import base64
import hashlib
import json
import re
import secrets
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

SECONDS = 30
FORM = "application/x-www-form-urlencoded"
HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"')


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
class Visitor:
    """Keeps its connection, its cookies and its newest tokens."""

    target: Target
    cookies: dict[str, str] = field(default_factory=dict)
    held: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Open nothing yet; http.client connects, and connects again, when it is needed."""
        self._connection = HTTPConnection(self.target.host, self.target.port, timeout=SECONDS)

    def sso(self) -> None:
        """Get a code in a session, redeem it, and ask for the claims."""
        verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
        self._redeem(self._visit(verifier, nonce), verifier, nonce)

    def login(self) -> None:
        """Sign in as somebody whom the provider does not know yet, then do as in :meth:`sso`."""
        self.cookies.clear()
        verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
        page = self._visit(verifier, nonce)
        fields = dict(HIDDEN.findall(self._send("GET", page, status=200).decode()))
        fields |= {"username": self.target.username, "password": self.target.password}
        self._redeem(self._go("GET", self._go("POST", f"{page}/sign-in", fields)), verifier, nonce)

    def consent(self) -> None:
        """Sign in and allow the portal what it asks for; once a person is enough."""
        verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
        page = self._visit(verifier, nonce)
        fields = dict(HIDDEN.findall(self._send("GET", page, status=200).decode()))
        fields |= {"username": self.target.username, "password": self.target.password}
        page = self._go("POST", f"{page}/sign-in", fields)
        fields = dict(HIDDEN.findall(self._send("GET", page, status=200).decode())) | {"decision": "allow"}
        self._redeem(self._go("POST", f"{page}/consent", fields), verifier, nonce)

    def cc(self) -> None:
        """Get an access token for the client itself."""
        _expect(bool(self._token(grant_type="client_credentials")["access_token"]), "cc")

    def userinfo(self) -> None:
        """Ask for the claims."""
        bearer = {"Authorization": f"Bearer {self.held['access_token']}"}
        told = json.loads(self._send("GET", "/userinfo", headers=bearer, status=200))
        _expect(told["sub"] == self.held["sub"] and bool(told["name"]), "userinfo")

    def introspect(self) -> None:
        """Ask what the access token is worth."""
        form = {"token": self.held["access_token"]}
        told = json.loads(self._send("POST", "/introspect", form, headers=self.target.basic, status=200))
        _expect(told["active"] is True and told["sub"] == self.held["sub"], "introspect")

    def refresh(self) -> None:
        """Rotate the refresh token."""
        older = self.held["refresh_token"]
        self.held |= self._token(grant_type="refresh_token", refresh_token=older)
        _expect(self.held["refresh_token"] != older, "refresh")

    def discovery(self) -> None:
        """Read the provider's metadata."""
        path = "/.well-known/openid-configuration"
        _expect("token_endpoint" in json.loads(self._send("GET", path, status=200)), "discovery")

    def floor(self) -> None:
        """Ask a server that does nothing."""
        _expect(json.loads(self._send("GET", "/", status=200)) == {}, "floor")

    def _visit(self, verifier: str, nonce: str) -> str:
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
        asked = {
            "client_id": self.target.client_id,
            "redirect_uri": self.target.redirect_uri,
            "response_type": "code",
            "scope": "openid profile",
            "state": nonce,
            "nonce": nonce,
            "code_challenge": challenge.decode(),
            "code_challenge_method": "S256",
        }
        return self._go("GET", f"/authorize?{urlencode(asked)}")

    def _redeem(self, answer: str, verifier: str, nonce: str) -> None:
        said = parse_qs(urlsplit(answer).query)
        _expect(answer.startswith(self.target.redirect_uri) and said.get("state") == [nonce], "code")
        uri = self.target.redirect_uri
        self.held = self._token(
            grant_type="authorization_code", code=said["code"][0], redirect_uri=uri, code_verifier=verifier
        )
        claims = _claims(self.held["id_token"])
        _expect(claims["nonce"] == nonce and claims["aud"] == self.target.client_id, "ID token")
        self.held["sub"] = claims["sub"]
        self.userinfo()

    def _token(self, **form: str) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(
            self._send("POST", "/token", form, headers=self.target.basic, status=200)
        )
        return told

    def _go(self, method: str, path: str, form: dict[str, str] | None = None) -> str:
        self._send(method, path, form, status=303)
        return self.held.pop("location")

    def _send(
        self,
        method: str,
        path: str,
        form: dict[str, str] | None = None,
        *,
        status: int,
        headers: dict[str, str] | None = None,
    ) -> bytes:
        sent = dict(headers or {})
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if form is not None:
            sent["Content-Type"] = FORM
        self._connection.request(method, path, urlencode(form) if form is not None else None, sent)
        reply = self._connection.getresponse()
        body = reply.read()
        _expect(reply.status == status, f"{method} {path.partition('?')[0]}: status {reply.status}")
        self._remember(reply)
        return body

    def _remember(self, reply: HTTPResponse) -> None:
        for cookie in reply.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        if location := reply.headers.get("Location"):
            self.held["location"] = location


def _claims(jwt: str) -> dict[str, Any]:
    segment = jwt.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4)))
    return claims


def _expect(fine: bool, what: str) -> None:  # noqa: FBT001 - reads like an assertion
    if not fine:
        raise WrongReplyError(what)
