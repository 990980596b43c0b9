"""A visitor of the load client: a browser and its relying party, who check every reply."""

import base64
import hashlib
import json
import re
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from bench.connection import Connection, Target, expect

HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"')


@dataclass
class Visitor:
    """Keeps a connection and its newest tokens."""

    PUSH = "/par"

    target: Target
    held: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Connect when the first reply is asked for."""
        self._connection = Connection(self.target)

    def rest(self) -> None:
        """Hang up until there is more to do, before the server does."""
        self._connection.close()

    def sso(self) -> None:
        """Get a code in a session, redeem it, and ask for the claims."""
        verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
        self._redeem(self._authorize(verifier, nonce), verifier, nonce)

    def login(self, *, consents: bool = False) -> None:
        """Sign in as somebody whom the provider does not know yet, then go on as in :meth:`sso`."""
        self._connection.cookies.clear()
        verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
        page = self._authorize(verifier, nonce)
        account = {"username": self.target.username, "password": self.target.password}
        back = self._connection.go(f"{page}/sign-in", self._hidden(page) | account)
        if consents:
            answer = self._connection.go(
                f"{page}/consent", self._hidden(page) | {"decision": "allow", "lasting": "until-withdrawn"}
            )
        else:
            answer = self._connection.go(back)
        self._redeem(answer, verifier, nonce)

    def consent(self) -> None:
        """Sign in and allow the portal what it asks for; once a person is enough."""
        self.login(consents=True)

    def cc(self) -> None:
        """Get an access token for the client itself."""
        expect(bool(self._token(grant_type="client_credentials")["access_token"]), "cc")

    def userinfo(self) -> None:
        """Ask for the claims."""
        bearer = {"Authorization": f"Bearer {self.held['access_token']}"}
        told = json.loads(self._connection.fetch("/userinfo", bearer))
        expect(told["sub"] == self.held["sub"] and bool(told["name"]), "userinfo")

    def introspect(self) -> None:
        """Ask what the access token is worth."""
        told = json.loads(self._connection.post("/introspect", {"token": self.held["access_token"]}))
        expect(told["active"] is True and told["sub"] == self.held["sub"], "introspect")

    def refresh(self) -> None:
        """Rotate the refresh token."""
        older = self.held["refresh_token"]
        self.held |= self._token(grant_type="refresh_token", refresh_token=older)
        expect(self.held["refresh_token"] != older, "refresh")
        expect(_claims(self.held["id_token"])["sub"] == self.held["sub"], "refresh")

    def discovery(self) -> None:
        """Read the provider's metadata."""
        told = json.loads(self._connection.fetch("/.well-known/openid-configuration", {}))
        expect("token_endpoint" in told, "discovery")

    def jwks(self) -> None:
        """Read the provider's keys."""
        expect(bool(json.loads(self._connection.fetch("/jwks", {}))["keys"]), "jwks")

    def par(self) -> None:
        """Push a request."""
        told = json.loads(self._connection.post(self.PUSH, self._asked("c" * 43, "n"), status=201))
        expect(told["request_uri"].startswith("urn:"), "par")

    def floor(self) -> None:
        """Ask a server that does nothing."""
        expect(json.loads(self._connection.fetch("/", {})) == {}, "floor")

    def _authorize(self, verifier: str, nonce: str) -> str:
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
        return self._connection.go(f"/authorize?{urlencode(self._asked(challenge.decode(), nonce))}")

    def _asked(self, challenge: str, nonce: str) -> dict[str, str]:
        return {
            "client_id": self.target.client_id,
            "redirect_uri": self.target.redirect_uri,
            "response_type": "code",
            "scope": "openid profile",
            "state": nonce,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }

    def _hidden(self, page: str) -> dict[str, str]:
        return dict(HIDDEN.findall(self._connection.show(page).decode()))

    def _redeem(self, answer: str, verifier: str, nonce: str) -> None:
        said, uri = parse_qs(urlsplit(answer).query), self.target.redirect_uri
        expect(answer.startswith(f"{uri}?") and said.get("state") == [nonce], "code")
        self.held = self._token(
            grant_type="authorization_code", code=said["code"][0], redirect_uri=uri, code_verifier=verifier
        )
        claims = _claims(self.held["id_token"])
        expect(claims["nonce"] == nonce and claims["aud"] == self.target.client_id, "ID token")
        self.held["sub"] = claims["sub"]
        self.userinfo()

    def _token(self, **form: str) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self._connection.post("/token", form))
        return told


class PeerVisitor(Visitor):
    """The same at the peer, whose sign-in page is a form of two fields and whose way back a step longer."""

    PUSH = "/request"

    def login(self, *, consents: bool = False) -> None:
        """Sign in; the peer asks for no consent."""
        del consents
        self._connection.cookies.clear()
        verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
        page = self._authorize(verifier, nonce)
        self._connection.show(page)
        account = {"username": self.target.username, "password": self.target.password}
        back = self._connection.go(f"{page}/sign-in", account)
        self._redeem(self._connection.go(urlsplit(back).path), verifier, nonce)


def _claims(jwt: str) -> dict[str, Any]:
    segment = jwt.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4)))
    return claims
