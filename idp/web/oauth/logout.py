"""RP-initiated logout over HTTP: at once where it is certain, after a question elsewhere."""

from urllib.parse import urlencode

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from idp.domain.params import Params
from idp.domain.sessions import Session
from idp.protocol.logout.rp_initiated import PATH, LogoutRequest
from idp.services.account import Account
from idp.services.logout import Logout
from idp.services.sessions import SessionKeeper
from idp.web.cookies import Cookies
from idp.web.forms import SignOutForm
from idp.web.headers import let_forms_reach
from idp.web.languages import Languages
from idp.web.party import Party, party_of
from idp.web.reply import go_to
from idp.web.request import form_params, query_params
from idp.web.signed_in import signed_in
from idp.web.signed_out import SignedOut, signed_out_page

CARRIED = ("id_token_hint", "client_id", "post_logout_redirect_uri", "state", "ui_locales")


def logout_endpoint(
    logout: Logout, account: Account, sessions: SessionKeeper, cookies: Cookies, languages: Languages
) -> Blueprint:
    """Build the endpoint and its question."""
    endpoint = Blueprint("logout", __name__)

    @endpoint.route(PATH, methods=["GET", "POST"])
    def ask() -> ResponseReturnValue:
        if request.method == "POST":
            # Posted from another site it carries no cookies: the browser comes back with them.
            return go_to(f"{PATH}?{urlencode(form_params())}")
        asked = query_params()
        checked = logout.read(asked)
        languages.asked_for(checked.ui_locales)
        session = signed_in(sessions, cookies)
        if session is None or logout.is_certain(checked, session):
            return leave(checked, session, checked.return_uri, reason="by_relying_party")
        return _question(asked, checked, [party_of(client) for client in logout.parties(session)])

    @endpoint.post(f"{PATH}/confirm")
    def confirm() -> ResponseReturnValue:
        form = SignOutForm()
        checked = logout.read({name: value for name in CARRIED if (value := request.form.get(name))})
        languages.asked_for(checked.ui_locales)
        if not form.validate_on_submit() or request.form.get("decision") != "sign-out":
            return go_to("/")
        way_back = checked.return_uri_if_confirmed
        return leave(checked, signed_in(sessions, cookies), way_back, reason="by_person")

    def leave(
        checked: LogoutRequest, session: Session | None, way_back: str | None, *, reason: str
    ) -> ResponseReturnValue:
        frames = logout.frames(session) if session else ()
        if session:
            account.sign_out(session, reason=reason)
            cookies.clear_session()
        return signed_out_page(
            SignedOut(
                known=session is not None,
                frames=frames,
                asked_by=checked.client,
                confirmed=reason == "by_person",
                return_uri=way_back,
                refused_uri=checked.refused_uri,
            )
        )

    return endpoint


def _question(asked: Params, checked: LogoutRequest, parties: list[Party]) -> ResponseReturnValue:
    if checked.return_uri_if_confirmed:
        let_forms_reach(checked.return_uri_if_confirmed)
    # An address that was refused is not shown, and a language that was clicked stays chosen.
    dropped = {"post_logout_redirect_uri"} if checked.refused_uri else set()
    if "lang" in request.args:
        dropped.add("ui_locales")
    g.page_query = {name: asked[name] for name in CARRIED if name in asked and name not in dropped}
    return render_template("sign_out.html", form=SignOutForm(), parties=parties, hidden=g.page_query)
