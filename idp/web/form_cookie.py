"""The cookie that guards forms, opened when somebody asks for it: most requests show no form."""

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSessionInterface, SessionInterface, SessionMixin


class LateSession(SessionMixin):
    """Flask's session, whose signature is checked at the first look."""

    def __init__(self, open_cookie: Callable[[], SessionMixin]) -> None:
        """Take what opens the cookie."""
        self._open_cookie = open_cookie

    @cached_property
    def opened(self) -> SessionMixin:
        """Return what the cookie holds."""
        opened = self._open_cookie()
        opened.accessed = self.accessed = True
        return opened

    def __getitem__(self, name: str) -> Any:
        return self.opened[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self.opened[name] = value

    def __delitem__(self, name: str) -> None:
        del self.opened[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.opened)

    def __len__(self) -> int:
        return len(self.opened)


class FormCookie(SessionInterface):
    """Opens Flask's signed cookie late, and writes it only when it was opened."""

    def __init__(self) -> None:
        """Leave the cookie itself to Flask."""
        self._cookie = SecureCookieSessionInterface()

    def open_session(self, app: Flask, request: Request) -> LateSession:
        """Return a session that knows where its cookie is."""

        def open_cookie() -> SessionMixin:
            opened = self._cookie.open_session(app, request)
            return self._cookie.make_null_session(app) if opened is None else opened

        return LateSession(open_cookie)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write the cookie if it was changed."""
        if isinstance(session, LateSession) and session.accessed:
            self._cookie.save_session(app, session.opened, response)
