"""A portal: its pages, its cookies, its headers, and a friendly page for whatever goes wrong."""

from http import HTTPStatus

from authlib.integrations.flask_client import OAuth
from flask import Flask, Response, g, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from examples.identity import Portal
from examples.languages import TAGS, Text, choose_language, language, remember_language
from examples.pages import portal_pages
from examples.problems import PROBLEMS, RETRY_AFTER, Problem
from examples.relying_party import RelyingParty
from examples.sessions import Sessions
from examples.settings import Settings
from examples.words import WORDS

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action {forms}; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    # No other site learns the address of the callback, which has the code in it.
    "Referrer-Policy": "same-origin",
}


def create_portal(portal: Portal, settings: Settings) -> Flask:
    """Build the program of *portal*, registered at the provider as *settings* say."""
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        # Authlib keeps state, nonce and PKCE verifier in Flask's signed session until the callback.
        SESSION_COOKIE_NAME=f"{portal.key}_flow",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # of Flask's default provider
    resource = settings.url + portal.api if portal.api else None
    relying_party = RelyingParty(OAuth(app), settings, portal.scope, resource)
    sessions = Sessions(f"{portal.key}_session", secure=settings.secure)
    for room in portal.rooms(relying_party, sessions, settings):
        app.register_blueprint(room)
    app.register_blueprint(portal_pages(relying_party, sessions))
    _install_languages(app, portal, settings)
    _install_problems(app)
    app.after_request(_add_headers)
    return app


def _install_languages(app: Flask, portal: Portal, settings: Settings) -> None:
    cookie = f"{portal.key}_lang"

    def remember(response: Response) -> Response:
        remember_language(response, cookie, secure=settings.secure)
        return response

    def say(key: str, **values: str) -> str:
        return WORDS[key].to(language()).format(**values)

    def pick(text: Text) -> str:
        return text.to(language())

    def context() -> dict[str, object]:
        return {
            "portal": portal,
            "siblings": settings.siblings,
            "language": language(),
            "language_tag": TAGS[language()],
            "say": say,
            "pick": pick,
        }

    app.before_request(lambda: choose_language(cookie))
    app.after_request(remember)
    app.context_processor(context)


def _install_problems(app: Flask) -> None:
    def show(reason: str, status: int | None = None) -> Response:
        explanation = PROBLEMS[reason]
        page = render_template("problem.html", explanation=explanation)
        return make_response(page, status or explanation.status)

    @app.errorhandler(Problem)
    def no_sign_in(problem: Problem) -> Response:
        # Why, for the operator; nothing of the request, as it holds codes and names.
        app.logger.warning("Sign-in failed: %s.", problem.reason)
        return show(problem.reason)

    @app.errorhandler(HTTPException)
    def other(error: HTTPException) -> Response:
        status = error.code or 500
        return show("fault" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "not_found", status)


def _add_headers(response: Response) -> Response:
    response.headers.update(HEADERS)
    # Browsers apply form-action to redirects too: a form that leads to the provider says so.
    response.headers["Content-Security-Policy"] = POLICY.format(
        forms=" ".join(["'self'", *g.get("forms_reach", ())])
    )
    if request.endpoint != "static":
        # Pages show who is signed in, so no cache may keep them, and "back" must ask again.
        response.headers["Cache-Control"] = "no-store"
    if response.status_code == HTTPStatus.UNAUTHORIZED:  # RFC 9110 section 15.5.2 asks for the header
        response.headers.setdefault("WWW-Authenticate", 'Cookie realm="portal"')
    if response.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = str(RETRY_AFTER)
    return response
