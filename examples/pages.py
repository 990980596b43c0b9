"""The six addresses of a portal."""

import re

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from examples.claims import describe_assurance, describe_claims, describe_methods, describe_moment
from examples.languages import TAGS, language
from examples.problems import Problem
from examples.relying_party import RelyingParty
from examples.sessions import Sessions, SignedIn

# What a link may ask of the provider; anything else is dropped, as links can be made by strangers.
PROMPTS = frozenset({"login", "none", "consent"})
UI_LOCALES = re.compile(r"[A-Za-z0-9-]{2,35}( [A-Za-z0-9-]{2,35}){0,4}")


def portal_pages(relying_party: RelyingParty, sessions: Sessions) -> Blueprint:
    """Build the portal's pages."""
    pages = Blueprint("pages", __name__)

    @pages.get("/")
    def home() -> ResponseReturnValue:
        has_signed_out = relying_party.has_signed_out()
        signed_in = sessions.current()
        if signed_in is None:
            return render_template("signed_out.html", has_signed_out=has_signed_out)
        return render_template("signed_in.html", signed_in=signed_in, **_words_for(signed_in))

    @pages.get("/login")
    def login() -> ResponseReturnValue:
        return relying_party.start(**_wishes())

    @pages.get("/callback")
    def callback() -> ResponseReturnValue:
        signed_in = relying_party.finish()
        # On to a clean address: the one with the code in it is worthless now, and ugly.
        response = _redirect("/")
        sessions.begin(response, signed_in)
        return response

    # A link, not a form: browsers apply form-action to redirects too, and this one leaves the site.
    @pages.route("/logout", methods=["GET", "POST"])
    def logout() -> ResponseReturnValue:
        response = _redirect("/")
        signed_in = sessions.end(response)
        if signed_in is None:
            return response
        try:
            onward = relying_party.sign_out(signed_in.id_token, TAGS[language()])
        except Problem:
            # Signed out here at least; the provider's session ends by itself.
            return response
        response.location = onward.headers["Location"]
        return response

    _add_what_programs_ask(pages, relying_party, sessions)
    return pages


def _add_what_programs_ask(pages: Blueprint, relying_party: RelyingParty, sessions: Sessions) -> None:
    @pages.get("/me.json")
    def me() -> ResponseReturnValue:
        signed_in = sessions.current()
        if signed_in is None:
            return jsonify(error="not_signed_in"), 401
        return jsonify(signed_in.claims)

    @pages.post("/ended")
    def ended() -> ResponseReturnValue:
        # The provider calls, not a browser: there is no cookie, and nobody reads the answer.
        try:
            sid = relying_party.read_logout(request.form.get("logout_token", ""))
        except Problem as problem:
            return jsonify(error="invalid_request"), 503 if problem.reason == "unavailable" else 400
        sessions.end_at_provider(sid)
        return "", 204


def _wishes() -> dict[str, str]:
    """Return what the link to the sign-in wishes for, as far as that is allowed."""
    wishes = {}
    prompt = request.args.get("prompt", "")
    if prompt in PROMPTS:
        wishes["prompt"] = prompt
    ui_locales = request.args.get("ui_locales", "")
    if UI_LOCALES.fullmatch(ui_locales):
        wishes["ui_locales"] = ui_locales
    return wishes


def _words_for(signed_in: SignedIn) -> dict[str, object]:
    claims = signed_in.claims
    return {
        "rows": describe_claims(claims, language()),
        "assurance": describe_assurance(claims.get("acr"), language()),
        "methods": describe_methods(claims.get("amr"), language()),
        "signed_in_at": describe_moment(claims.get("auth_time"), language()),
    }


def _redirect(location: str) -> Response:
    return make_response(redirect(location, 303))
