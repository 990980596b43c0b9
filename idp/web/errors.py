"""Every error becomes an answer here: OAuth's JSON for programs, a page for people, nothing leaks."""

from collections.abc import Callable

from flask import Flask, Response, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from idp.domain.errors import Refusal, Unavailable
from idp.protocol.authorize.request import RedirectedRefusal
from idp.protocol.endpoints import registration
from idp.protocol.respond.answer import error_answer
from idp.services.authorize.outcome import VisitOver
from idp.web.leave import leave
from idp.web.party import login_address, party_of
from idp.web.programs.reply import (
    BUG,
    MALFORMED,
    RETRY_SECONDS,
    UNAVAILABLE,
    bearer_challenge,
    refusal_body,
)
from idp.web.reply import json_reply

# Addresses of programs among the pages; their errors are JSON.
PROGRAMS = frozenset({"face", "registration", "health"})
PROGRAM_PATHS = frozenset({registration.PATH})
BEARER = frozenset({"registration"})


def install_errors(app: Flask, *, issuer: str, report: Callable[[Exception, str], None]) -> None:
    """Translate errors of *app*; *report* is told of bugs and of neighbours that are down."""

    @app.errorhandler(RedirectedRefusal)
    def tell_relying_party(refusal: RedirectedRefusal) -> ResponseReturnValue:
        g.refused = (refusal.error, refusal.description)
        return leave(error_answer(refusal, issuer=issuer))

    @app.errorhandler(Refusal)
    def refuse(refusal: Refusal) -> ResponseReturnValue:
        g.refused = (refusal.error, refusal.description)
        if _for_program():
            headers = bearer_challenge(refusal) if request.blueprint in BEARER else ()
            return json_reply(refusal_body(refusal), refusal.status, headers)
        return error_page(*_explain(refusal.error), status=refusal.status, way_on=_way_back(refusal, issuer))

    @app.errorhandler(Unavailable)
    def unavailable(error: Unavailable) -> ResponseReturnValue:
        report(error, g.get("reference", ""))
        if _for_program():
            return json_reply(UNAVAILABLE, 503, [("Retry-After", RETRY_SECONDS)])
        response = error_page(
            _("Please try again in a moment"),
            _("The sign-in service is not available right now. Nothing you entered was lost."),
            status=503,
            way_on=(_("Try again"), g.get("page_url") or _fetched_again()),
        )
        response.headers["Retry-After"] = RETRY_SECONDS
        return response

    @app.errorhandler(CSRFError)
    def stale_form(error: CSRFError) -> ResponseReturnValue:
        del error
        if _for_program():
            body = {"error": "invalid_request", "error_description": "The guard of the page is missing."}
            return json_reply(body, 400)
        return error_page(
            _("This page was open for too long"),
            _("For your safety the form has expired, or cookies are blocked. Please try again."),
            status=400,
            way_on=(_("Try again"), _page_of_form()),
        )

    @app.errorhandler(HTTPException)
    def wrong_request(error: HTTPException) -> ResponseReturnValue:
        status = error.code or 500
        if _for_program():
            response = json_reply(MALFORMED, status)
        else:
            response = error_page(*_explain_status(status), status=status)
        if allowed := getattr(error, "valid_methods", None):
            response.headers["Allow"] = ", ".join(sorted(allowed))
        return response

    @app.errorhandler(Exception)
    def bug(error: Exception) -> ResponseReturnValue:
        report(error, g.get("reference", ""))
        if _for_program():
            return json_reply(BUG, 500)
        return error_page(
            _("Something went wrong on our side"),
            _("We have been told about it. Please try again; the reference below helps us find it."),
            status=500,
        )


def error_page(
    heading: str, explanation: str, *, status: int, way_on: tuple[str, str] | None = None
) -> Response:
    """Return the page that says what happened and what the person can do."""
    page = render_template(
        "error.html",
        heading=heading,
        explanation=explanation,
        way_on=way_on or (_("Go to the start page"), "/"),
        reference=g.get("reference", ""),
    )
    return make_response(page, status)


def _fetched_again() -> str:
    # What only takes forms cannot be fetched; the forms of a visit lead back to its page.
    is_fetched = request.method in {"GET", "HEAD"}
    return request.full_path if is_fetched else _page_of_form()


def _for_program() -> bool:
    if request.blueprint:
        return request.blueprint in PROGRAMS
    # No rule fits the method: ask who else answers at this address.
    others = request.routing_exception
    return isinstance(others, MethodNotAllowed) and request.path in PROGRAM_PATHS


def _page_of_form() -> str:
    # The forms of an interaction are one level below its page.
    return request.path.rpartition("/")[0] if request.blueprint in {"interaction", "face_page"} else "/"


def _way_back(refusal: Refusal, issuer: str) -> tuple[str, str] | None:
    client = refusal.client if isinstance(refusal, VisitOver) else None
    address = login_address(client, issuer) if client else None
    if client is None or address is None:
        return None
    return _("Go back to %(party)s", party=party_of(client).name), address


def _explain(error: str) -> tuple[str, str]:
    if error in {"invalid_client", "invalid_redirect_uri"}:
        return (
            _("This portal cannot be signed in to here"),
            _("The portal is not registered, or its return address is not. Please tell the portal."),
        )
    if error == "interaction_gone":
        return (
            _("This sign-in is over"),
            _("It was completed, has expired, or began in another browser. Please start again."),
        )
    return (
        _("The portal's request cannot be understood"),
        _("Please go back to the portal and try again. If it happens again, tell the portal."),
    )


def _explain_status(status: int) -> tuple[str, str]:
    if status == 404:  # noqa: PLR2004 - HTTP's own numbers
        return _("There is no such page"), _("The address may be mistyped or out of date.")
    return (
        _("The request cannot be understood"),
        _("Please go back and try again."),
    )
