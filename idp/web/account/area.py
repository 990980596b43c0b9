"""What the pages of the account area share: somebody is signed in, and the layout knows who."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from idp.domain.accounts import Person
from idp.domain.names import mask_name
from idp.domain.sessions import Session
from idp.services.account import Account
from idp.services.sessions import SessionKeeper
from idp.web.account.addresses import OVERVIEW
from idp.web.account.navigation import ENTRIES
from idp.web.account.notices import notice
from idp.web.cookies import Cookies
from idp.web.reply import go_to
from idp.web.signed_in import signed_in
from idp.web.words import Words, level_label

P = ParamSpec("P")
Handler = Callable[Concatenate["Visitor", P], ResponseReturnValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPerson:
    """The person, masked, as every page of the area shows him or her."""

    name: str
    level: str
    level_label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who looks at a page of the account area, in which session; *page* is marked in the navigation."""

    session: Session
    person: Person
    page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountArea:
    """Lets the signed-in in, sends others to the sign-in and back, and fills the layout."""

    account: Account
    sessions: SessionKeeper
    cookies: Cookies
    words: Words
    recent: timedelta

    def session(self) -> Session | None:
        """Return the browser's live session."""
        return signed_in(self.sessions, self.cookies)

    def visitor(self, page: str) -> Visitor | None:
        """Return who is signed in, or None; a session whose person is gone is none."""
        session = self.session()
        if session is None:
            return None
        person = self.account.person(session)
        if person is None:
            # Else the sign-in would find the session and lead back here, on and on.
            self.cookies.clear_session()
            return None
        if person.closes_at:
            # The sign-in shows what can still be done.
            return None
        return Visitor(session=session, person=person, page=page)

    def signed_in(self, page: str) -> Callable[[Handler[P]], Callable[P, ResponseReturnValue]]:
        """Let a handler of *page* have the visitor; whoever is not signed in comes back when he or she is.

        What was posted is not kept: the way back leads to the page that the form is on.
        """

        def decorate(handler: Handler[P]) -> Callable[P, ResponseReturnValue]:
            @wraps(handler)
            def handle(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
                g.page_url = request.path if request.method in {"GET", "HEAD"} else page
                visitor = self.visitor(page)
                if visitor is None:
                    return go_to(sign_in_address(g.page_url))
                return handler(visitor, *args, **kwargs)

            return handle

        return decorate

    def newly_signed_in(
        self, address: str, *, under: str
    ) -> Callable[[Handler[P]], Callable[P, ResponseReturnValue]]:
        """Let a handler at *address* have the visitor if the last sign-in is recent; else that comes first.

        The page is marked as one *under* another page of the navigation.
        """

        def decorate(handler: Handler[P]) -> Callable[P, ResponseReturnValue]:
            @wraps(handler)
            def handle(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
                g.page_url = address
                visitor = self.visitor(under)
                if visitor is None or not self._is_recent(visitor.session):
                    return go_to(sign_in_address(address))
                return handler(visitor, *args, **kwargs)

            return handle

        return decorate

    def _is_recent(self, session: Session) -> bool:
        return self.account.clock.now() - session.auth_time <= self.recent

    def show(self, template: str, visitor: Visitor, **shown: Any) -> str:
        """Return a page of the area; what was just done is said on top of it."""
        return render_template(
            template,
            page_signed_in=True,
            entries=ENTRIES,
            here=visitor.page,
            person=self._person(visitor.person),
            notice=notice(request.args.get("done", "")),
            **shown,
        )

    def _person(self, person: Person) -> ShownPerson:
        return ShownPerson(
            name=mask_name(person.name),
            level=person.level,
            level_label=level_label(person.level),
        )


def sign_in_address(page: str) -> str:
    """Return the address of the sign-in that leads to *page* afterwards."""
    return "/sign-in" if page == OVERVIEW else f"/sign-in?{urlencode({'next': page})}"


def account_area(*pages: Blueprint) -> Blueprint:
    """Return the pages as one blueprint."""
    area = Blueprint("account", __name__)
    for each in pages:
        area.register_blueprint(each)
    return area
