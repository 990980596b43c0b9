"""The cookies: a session's secret and what scripts may know of it, a browser's secrets, preferences."""

from dataclasses import dataclass
from datetime import datetime

from flask import Flask, Response, g, request

from idp.domain.ids import random_secret
from idp.web.form_cookie import FormCookie

YEAR = 31_536_000
MAX_SECRET = 64
LASTING = frozenset({"language", "easy", "device"})


@dataclass(frozen=True, slots=True)
class Cookies:
    """Reads and writes them; *secure* follows the issuer's scheme.

    The prefix __Host- keeps sub-domains from planting cookies; browsers take it on https alone.
    """

    secure: bool

    def name(self, plain: str) -> str:
        """Return the name under which the cookie is set."""
        return f"__Host-tx_{plain}" if self.secure else f"tx_{plain}"

    def install(self, app: Flask) -> None:
        """Let every answer carry the cookies that were set while it was made."""
        app.config.update(
            SESSION_COOKIE_NAME=self.name("form"),
            SESSION_COOKIE_SECURE=self.secure,
            SESSION_COOKIE_HTTPONLY=True,
            SESSION_COOKIE_SAMESITE="Lax",
            SESSION_COOKIE_PATH="/",
        )
        app.session_interface = FormCookie()
        app.after_request(self._write)

    def session_secret(self) -> str | None:
        """Return the secret of the browser's session."""
        return self._read("session")

    def set_session(self, secret: str, *, state: str) -> None:
        """Give the browser a new session secret, and the session's state, with this answer."""
        g.setdefault("cookies", {})["session"] = secret
        self.set_state(state)

    def clear_session(self) -> None:
        """Take the session secret and the state away with this answer."""
        g.setdefault("cookies", {})["session"] = ""
        self.set_state("")

    def set_state(self, state: str) -> None:
        """Let our script in other sites' pages know the session's state, unless it does already."""
        if state != (self._read("state") or ""):
            g.setdefault("cookies", {})["state"] = state

    def browser(self) -> str:
        """Return the browser's secret; a browser without one gets it with this answer."""
        known = self._read("browser") or g.setdefault("cookies", {}).get("browser")
        if known is None:
            known = g.cookies["browser"] = random_secret()
        return known

    def device(self) -> str:
        """Return what the browser is known by from one sign-in to the next, or something new."""
        return self._read("device") or random_secret()

    def set_device(self, secret: str) -> None:
        """Let the browser be known at its next sign-in."""
        g.setdefault("cookies", {})["device"] = secret

    def language(self) -> tuple[str, datetime] | None:
        """Return the chosen language and when it was chosen."""
        language, _, moment = (self._read("language") or "").partition("@")
        try:
            chosen = datetime.fromisoformat(moment)
        except ValueError:
            return None
        return (language, chosen) if chosen.tzinfo else None

    def set_language(self, language: str, at: datetime) -> None:
        """Remember the language that the person chose."""
        g.setdefault("cookies", {})["language"] = f"{language}@{at.isoformat()}"

    def easy(self) -> bool:
        """Return whether the person chose easy mode."""
        return self._read("easy") == "1"

    def set_easy(self, *, chosen: bool) -> None:
        """Remember whether the person wants easy mode."""
        g.setdefault("cookies", {})["easy"] = "1" if chosen else "0"

    def _read(self, plain: str) -> str | None:
        value = request.cookies.get(self.name(plain))
        return value if value and len(value) <= MAX_SECRET else None

    def _write(self, response: Response) -> Response:
        for plain, value in g.get("cookies", {}).items():
            response.set_cookie(
                self.name(plain),
                value,
                max_age=YEAR if plain in LASTING else (None if value else 0),
                secure=self.secure,
                # The page that relying parties frame reads the state, on other sites too. Browsers
                # send it there on https alone; on loopback all ports are one site anyway.
                httponly=plain != "state",
                samesite="None" if plain == "state" and self.secure else "Lax",
                path="/",
            )
        return response
