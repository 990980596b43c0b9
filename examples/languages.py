"""The two languages of every page, and which one a request gets."""

from dataclasses import dataclass
from typing import Literal

from flask import Response, g, request

Language = Literal["zh", "en"]
TAGS: dict[Language, str] = {"zh": "zh-CN", "en": "en"}
YEAR = 31_536_000


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in both languages, side by side so that neither is forgotten."""

    zh: str
    en: str

    def to(self, language: Language) -> str:
        """Return the words in *language*."""
        return self.zh if language == "zh" else self.en


def choose_language(cookie: str) -> None:
    """Set the language: a click (``?lang=``), what *cookie* remembers, else what the browser speaks."""
    g.language = (
        _known(request.args.get("lang"))
        or _known(request.cookies.get(cookie))
        or _known(request.accept_languages.best_match(["zh", "en"]))
        or "zh"
    )


def remember_language(response: Response, cookie: str, *, secure: bool) -> None:
    """Remember a click for a year."""
    if clicked := _known(request.args.get("lang")):
        response.set_cookie(cookie, clicked, max_age=YEAR, httponly=True, samesite="Lax", secure=secure)


def language() -> Language:
    """Return the language of this request."""
    chosen: Language = g.language
    return chosen


def _known(tag: str | None) -> Language | None:
    if tag == "zh":
        return "zh"
    return "en" if tag == "en" else None
