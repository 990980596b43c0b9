"""The authorization endpoint over HTTP."""

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from idp.protocol.authorize.request import PATH
from idp.services.authorize.outcome import Outcome, Page
from idp.services.authorize.visits import Visits
from idp.services.sessions import SessionKeeper
from idp.web.cookies import Cookies
from idp.web.leave import leave
from idp.web.reply import go_to
from idp.web.request import form_params, query_params
from idp.web.signed_in import signed_in


def authorize_endpoint(visits: Visits, sessions: SessionKeeper, cookies: Cookies) -> Blueprint:
    """Build the endpoint where visits begin."""
    endpoint = Blueprint("authorize", __name__)

    @endpoint.route(PATH, methods=["GET", "POST"])
    def authorize() -> ResponseReturnValue:
        if request.method == "HEAD":
            # Whoever only looks must not use up a pushed request.
            return Response(status=200)
        if request.method == "POST":
            parked = visits.park(form_params())
            return go_to(url_for("interaction.show", interaction_id=parked))
        session = signed_in(sessions, cookies)
        return follow(visits.begin(query_params(), session, cookies.browser()))

    return endpoint


def follow(outcome: Outcome) -> ResponseReturnValue:
    """Send the browser where *outcome* says: away, or to the page that is due."""
    if not isinstance(outcome, Page):
        return leave(outcome)
    return go_to(url_for("interaction.show", interaction_id=outcome.interaction.id))
