"""How a person wants the pages: with large text and one thing a page, or as they are."""

from urllib.parse import urlencode

from flask import Flask, request

from idp.web.cookies import Cookies
from idp.web.languages import here

CHOICES = {"1": True, "0": False}


class Preferences:
    """Easy mode: a link on every page turns it on and off, and the browser keeps it."""

    def __init__(self, cookies: Cookies) -> None:
        """Take where the choice is remembered."""
        self._cookies = cookies

    def install(self, app: Flask) -> None:
        """Let *app* remember the choice, and every page know it."""
        app.before_request(self._remember)
        app.context_processor(self._context)

    def _clicked(self) -> bool | None:
        return CHOICES.get(request.args.get("easy", ""))

    def _remember(self) -> None:
        clicked = self._clicked()
        if clicked is not None:
            self._cookies.set_easy(chosen=clicked)

    def _context(self) -> dict[str, object]:
        clicked = self._clicked()
        is_easy = self._cookies.easy() if clicked is None else clicked
        path, query = here()
        link = f"{path}?{urlencode(query | {'easy': '0' if is_easy else '1'})}"
        return {"is_easy": is_easy, "easy_link": link}
