"""RP-initiated logout over HTTP: at once where it is certain, after a question elsewhere."""

from collections.abc import Callable
from urllib.parse import urlencode

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from idp.domain.clients import Client
from idp.domain.ids import ClientId
from idp.domain.params import Params
from idp.protocol.logout.rp_initiated import PATH, LogoutRequest
from idp.services.account import Account
from idp.services.logout import Logout
from idp.services.sessions import SessionKeeper
from idp.web.cookies import Cookies
from idp.web.forms import SignOutForm
from idp.web.headers import let_forms_reach
from idp.web.party import Party, party_of
from idp.web.reply import go_to
from idp.web.request import form_params, query_params

CARRIED = ("id_token_hint", "client_id", "post_logout_redirect_uri", "state")


def logout_endpoint(
    logout: Logout,
    account: Account,
    sessions: SessionKeeper,
    cookies: Cookies,
    find_client: Callable[[ClientId], Client | None],
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
        session = sessions.find(cookies.session_secret())
        if session is None:
            return _leave(checked)
        if logout.is_certain(checked, session):
            account.sign_out(session, reason="by_relying_party")
            cookies.clear_session()
            return _leave(checked)
        visited = [find_client(client_id) for client_id in account.parties(session)]
        return _question(asked, checked, [party_of(client) for client in visited if client])

    @endpoint.post(f"{PATH}/confirm")
    def confirm() -> ResponseReturnValue:
        form = SignOutForm()
        carried = {name: value for name in CARRIED if (value := request.form.get(name))}
        checked = logout.read(carried)
        if not form.validate_on_submit() or request.form.get("decision") != "sign-out":
            return go_to("/")
        if session := sessions.find(cookies.session_secret()):
            account.sign_out(session, reason="by_person")
            cookies.clear_session()
        return _leave(checked)

    return endpoint


def _leave(checked: LogoutRequest) -> ResponseReturnValue:
    if checked.return_uri:
        return go_to(checked.return_uri)
    party = party_of(checked.client) if checked.client else None
    return render_template("signed_out.html", party=party, return_url=None)


def _question(asked: Params, checked: LogoutRequest, parties: list[Party]) -> ResponseReturnValue:
    if checked.return_uri:
        let_forms_reach(checked.return_uri)
    # An address that was refused is not carried on, nor shown.
    g.page_query = {
        name: asked[name]
        for name in CARRIED
        if name in asked and (checked.return_uri or name != "post_logout_redirect_uri")
    }
    return render_template("sign_out.html", form=SignOutForm(), parties=parties, hidden=g.page_query)
