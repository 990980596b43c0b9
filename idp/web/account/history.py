"""The page of what happened in the account, and "this was not me"."""

from flask import Blueprint, Response, abort, g, request
from flask.typing import ResponseReturnValue

from idp.domain import receipts
from idp.domain.audit import Entry, GrantIssued, PasskeyAdded
from idp.domain.audit_of_codes import CodeAppAdded
from idp.domain.sessions import Session
from idp.services.disowning import Disownable, Disowning
from idp.services.history import History
from idp.web.account.addresses import HISTORY, RECEIPTS, SECURITY
from idp.web.account.area import AccountArea, Visitor, sign_in_address
from idp.web.account.happened import Telling
from idp.web.reply import NO_STORE, go_to
from idp.web.words import language

MAX_DIGITS = 18
RECEIPT_TYPE = "application/jwt"


def history_page(area: AccountArea, history: History, disowning: Disowning, tell: Telling) -> Blueprint:
    """Build the page, the question behind each entry, and its button."""
    pages = Blueprint("history", __name__)

    @pages.get(HISTORY)
    @area.signed_in(HISTORY)
    def show(visitor: Visitor) -> ResponseReturnValue:
        before = _number(request.args.get("before", ""))
        if before is not None:
            g.page_query = {"before": str(before)}
        page = history.page(visitor.session, before=before)
        return area.show(
            "account/history.html",
            visitor,
            happenings=[tell(each) for each in page.entries],
            older=page.older,
            is_first=before is None,
            receipts_since=area.account.clock.now() - receipts.KEPT,
        )

    @pages.get(f"{RECEIPTS}/<number>")
    @area.signed_in(HISTORY)
    def take_receipt(visitor: Visitor, number: str) -> ResponseReturnValue:
        found = history.receipt(visitor.session, number)
        if found is None:
            abort(404)
        response = Response(found.token, mimetype=RECEIPT_TYPE)
        response.headers["Content-Disposition"] = f'attachment; filename="receipt-{found.id}.jwt"'
        response.headers["Cache-Control"] = NO_STORE
        return response

    @pages.get(f"{HISTORY}/<number>/not-me")
    @area.signed_in(HISTORY)
    def ask(visitor: Visitor, number: str) -> ResponseReturnValue:
        found, event = _found(visitor.session, number)
        return area.show(
            "account/not_me.html",
            visitor,
            happening=tell(Entry(found, event)),
            is_release=isinstance(event, GrantIssued),
            is_way=isinstance(event, PasskeyAdded | CodeAppAdded),
            passkeys=[each.name for each in disowning.passkeys.made_in(visitor.session, event.session_id)],
            has_codes=disowning.code_apps.made_in(visitor.session, event.session_id),
            is_here=event.session_id == visitor.session.id,
        )

    @pages.post(f"{HISTORY}/<number>/not-me")
    @area.signed_in(HISTORY)
    def disown(visitor: Visitor, number: str) -> ResponseReturnValue:
        found, _ = _found(visitor.session, number)
        others = "others" in request.form
        ended = disowning.disown(visitor.person, visitor.session, found, others=others, language=language())
        if ended is None:
            abort(404)
        if ended.here:
            area.cookies.clear_session()
            return go_to(sign_in_address(SECURITY))
        return go_to(f"{SECURITY}?done=not-me")

    def _found(session: Session, typed: str) -> tuple[int, Disownable]:
        number = _number(typed)
        event = None if number is None else disowning.find(session, number)
        if number is None or event is None:
            abort(404)
        return number, event

    return pages


def _number(typed: str) -> int | None:
    # ASCII alone: int() also reads digits of other scripts.
    fits = typed.isascii() and typed.isdigit() and len(typed) <= MAX_DIGITS
    return int(typed) if fits else None
