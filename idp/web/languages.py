"""The language of a page: what the portal asked for, what the person chose, what the browser speaks."""

from urllib.parse import urlencode

from flask import Flask, g, request
from flask_babel import Babel

from idp.domain.clock import Clock
from idp.domain.interaction.interaction import Interaction
from idp.web.cookies import Cookies

LANGUAGES = {"zh": "中文", "en": "English"}
TAGS = {"zh": "zh-CN", "en": "en"}
DEFAULT = "zh"
TIMEZONE = "Asia/Shanghai"


class Languages:
    """Chooses the language of each request."""

    def __init__(self, cookies: Cookies, clock: Clock) -> None:
        """Take where a choice is remembered."""
        self._cookies = cookies
        self._clock = clock

    def install(self, app: Flask) -> None:
        """Set Babel up for *app*, with what the base page shows of languages."""
        Babel(
            app,
            default_locale=DEFAULT,
            default_timezone=TIMEZONE,
            default_translation_directories="web/translations",
            locale_selector=self.chosen,
        )
        app.before_request(self._remember)
        app.context_processor(self._context)

    def of_visit(self, interaction: Interaction) -> None:
        """Let the visit's ui_locales count for this request."""
        request_ = interaction.request
        g.visit = (request_.ui_locales if request_ else (), interaction.started_at)

    def asked_for(self, locales: tuple[str, ...]) -> None:
        """Let what a portal asks for count for this request, unless a click on a language decides."""
        g.visit = (locales, None)

    def chosen(self) -> str:
        """Return the language of this request.

        A choice made during the visit beats what the portal asked for; an older one does not.
        """
        if "language" not in g:
            g.language = self._choose()
        return str(g.language)

    def _choose(self) -> str:
        locales, started = g.get("visit", ((), None))
        saved = self._cookies.language()
        asked = next((tag for tag in map(_known, locales) if tag), None)
        if clicked := _known(request.args.get("lang", "")):
            return clicked
        if asked and not (saved and started and saved[1] > started):
            return asked
        if saved and saved[0] in LANGUAGES:
            return saved[0]
        return request.accept_languages.best_match(LANGUAGES, DEFAULT) or DEFAULT

    def _remember(self) -> None:
        # Few requests say it, and to read all parameters of the others takes a while.
        clicked = _known(request.args.get("lang", "")) if b"lang" in request.query_string else None
        if clicked:
            self._cookies.set_language(clicked, self._clock.now())

    def _context(self) -> dict[str, object]:
        path, query = here()
        language = self.chosen()
        links = [
            (label, f"{path}?{urlencode(query | {'lang': code})}", code == language)
            for code, label in LANGUAGES.items()
        ]
        return {"language": TAGS[language], "language_links": links}


def here() -> tuple[str, dict[str, str]]:
    """Return where the page of this request is fetched anew, and the parameters that belong to it."""
    is_page = request.url_rule and not request.view_args and request.method in {"GET", "HEAD"}
    path = request.path if is_page else "/"
    return g.get("page_url", path), g.get("page_query", {})


def _known(tag: str) -> str | None:
    primary = tag.split("-", maxsplit=1)[0].lower()
    return primary if primary in LANGUAGES else None
