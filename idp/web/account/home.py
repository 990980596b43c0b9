"""The start page: for strangers what this is, for the signed-in person where and with whom."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from idp.domain.clients import Client
from idp.domain.grants import OPENID, Consent
from idp.domain.ids import ClientId
from idp.domain.names import mask_name
from idp.domain.sessions import Session
from idp.services.account import Account, Overview
from idp.services.authorize.visits import Visits
from idp.services.logout import Logout
from idp.services.sessions import SessionKeeper
from idp.web.account.device import device_name
from idp.web.account.notices import notice
from idp.web.cookies import Cookies
from idp.web.oauth.authorize import follow
from idp.web.party import login_address, party_of
from idp.web.reply import go_to
from idp.web.signed_in import signed_in
from idp.web.signed_out import SignedOut, signed_out_page
from idp.web.words import Words, language, level_label


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPerson:
    """The person, masked."""

    name: str
    level: str
    level_label: str
    region_label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSession:
    """A session as its person recognises it."""

    handle: str
    device: str
    signed_in_at: datetime
    last_seen_at: datetime
    current: bool
    parties: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownConsent:
    """A consent with the names of what it allows."""

    client_id: str
    party: object
    login: str | None
    scopes: list[str]
    given_at: datetime


def account_pages(
    *,
    account: Account,
    logout: Logout,
    visits: Visits,
    sessions: SessionKeeper,
    cookies: Cookies,
    find_client: Callable[[ClientId], Client | None],
    scope_titles: Mapping[str, Mapping[str, str]],
    issuer: str,
    words: Words,
) -> Blueprint:
    """Build the start page and what can be ended from it."""
    pages = Blueprint("account", __name__)

    def current() -> Session | None:
        return signed_in(sessions, cookies)

    @pages.get("/")
    def home() -> ResponseReturnValue:
        session = current()
        overview = account.overview(session) if session else None
        if session is None or overview is None:
            return render_template("welcome.html", page_signed_in=False)
        return render_template(
            "home.html",
            page_signed_in=True,
            person=_person(overview),
            sessions=_sessions(overview, session),
            consents=[shown for each in overview.consents if (shown := _consent(each))],
            notice=notice(request.args.get("done", "")),
        )

    @pages.get("/sign-in")
    def sign_in() -> ResponseReturnValue:
        return follow(visits.begin_own(current(), cookies.browser()))

    @pages.post("/sign-out")
    def sign_out() -> ResponseReturnValue:
        session = current()
        frames = logout.frames(session) if session else ()
        if session:
            account.sign_out(session, reason="by_person")
        cookies.clear_session()
        return signed_out_page(SignedOut(known=session is not None, frames=frames))

    @pages.post("/sessions/<handle>/end")
    def end_session(handle: str) -> ResponseReturnValue:
        session = current()
        if session is None:
            return go_to("/sign-in")
        return go_to("/?done=session" if account.end_session(session, handle) else "/")

    @pages.post("/sessions/end-others")
    def end_others() -> ResponseReturnValue:
        session = current()
        if session is None:
            return go_to("/sign-in")
        account.end_others(session)
        return go_to("/?done=others")

    @pages.post("/consents/<client_id>/withdraw")
    def withdraw(client_id: str) -> ResponseReturnValue:
        session = current()
        if session is None:
            return go_to("/sign-in")
        client = find_client(ClientId(client_id)) if client_id.isprintable() else None
        done = client is not None and account.withdraw(session, client.client_id)
        return go_to("/?done=consent" if done else "/")

    def _person(overview: Overview) -> ShownPerson:
        person = overview.person
        return ShownPerson(
            name=mask_name(person.name),
            level=person.level,
            level_label=level_label(person.level),
            region_label=words.region(person.region),
        )

    def _sessions(overview: Overview, here: Session) -> list[ShownSession]:
        return [
            ShownSession(
                handle=each.id,
                device=device_name(each.device),
                signed_in_at=each.auth_time,
                last_seen_at=each.last_seen_at,
                current=each.id == here.id,
                parties=_names(overview.parties[each.id]),
            )
            for each in overview.sessions
        ]

    def _names(client_ids: tuple[ClientId, ...]) -> list[str]:
        return [party_of(client).name for each in client_ids if (client := find_client(each))]

    def _consent(consent: Consent) -> ShownConsent | None:
        client = find_client(consent.client_id)
        if client is None:
            return None
        return ShownConsent(
            client_id=client.client_id,
            party=party_of(client),
            login=login_address(client, issuer),
            scopes=[
                scope_titles[scope][language()]
                for scope in scope_titles
                if scope in consent.scopes and scope != OPENID
            ],
            given_at=consent.given_at,
        )

    return pages
