"""Drawing money at the housing fund: a form, the provider's confirmation and proof, the result."""

import json
from collections.abc import Callable
from decimal import Decimal

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from examples.claims import describe_assurance, describe_methods, describe_moment
from examples.fund_client import FundClient
from examples.fund_words import FUND_WORDS
from examples.languages import TAGS, language
from examples.problems import Problem
from examples.relying_party import RelyingParty
from examples.sessions import Sessions, SignedIn
from examples.settings import Settings
from examples.withdrawal_form import REASONS, Draft, Typed, draft_of, read_form
from examples.withdrawal_road import CALLBACK, Done, Withdrawals

FORM = "/withdrawals/new"
# What the form says when the person comes back without a yes; other problems have pages of their own.
COME_BACK = {
    "denied": "cancelled",
    "level_too_low": "level_too_low",
    "unavailable": "try_later",
    "refused": "try_later",
    "stale": "begin_again",
}


def withdrawal_pages(relying_party: RelyingParty, sessions: Sessions, settings: Settings) -> Blueprint:
    """Build the pages."""
    pages = Blueprint("withdrawals", __name__)
    withdrawals = Withdrawals(relying_party, settings, FundClient(f"{settings.url}/api"))

    @pages.context_processor
    def words() -> dict[str, object]:
        return {"fund": lambda key, **values: FUND_WORDS[key].to(language()).format(**values)}

    def own_draft(key: str, signed_in: SignedIn) -> Draft | None:
        draft = withdrawals.drafts.get(key)
        return draft if draft and draft.subject == signed_in.claims["sub"] else None

    def show(signed_in: SignedIn, typed: Typed, faults: dict[str, str], why: str = "") -> str:
        g.forms_reach = (settings.issuer,)
        account = withdrawals.account(signed_in)
        return render_template(
            "fund/withdraw.html",
            account=account,
            typed=typed,
            faults=faults,
            why=why,
            reasons=REASONS,
            payee=signed_in.claims.get("name", ""),
        )

    @pages.get(FORM)
    def new() -> ResponseReturnValue:
        signed_in = sessions.current()
        if signed_in is None:
            return redirect(f"/login?ui_locales={TAGS[language()]}", 303)
        draft = own_draft(request.args.get("draft", ""), signed_in)
        reason = request.args.get("reason", "")
        typed = draft.typed if draft else Typed(reason=reason if reason in REASONS else "07")
        why = request.args.get("why", "")
        return show(signed_in, typed, {}, why if why in COME_BACK.values() else "")

    # No form guard: all it does is to show the provider's page, where the person reads and says yes or no.
    @pages.post("/withdrawals")
    def submit() -> ResponseReturnValue:
        signed_in = sessions.current()
        if signed_in is None:
            raise Problem("not_signed_in")
        if not signed_in.claims.get("name"):
            # Who did not let the name be known cannot be paid.
            raise Problem("consent_needed")
        typed, account = read_form(request.form), withdrawals.account(signed_in)
        if faults := typed.faults(Decimal(account["value"])):
            return show(signed_in, typed, faults), 422
        draft = draft_of(
            typed,
            subject=signed_in.claims["sub"],
            name=signed_in.claims["name"],
            fund_account=account["account"],
        )
        key = withdrawals.drafts.put(draft)
        return _with_form_back(key, lambda: withdrawals.ask(key, draft, signed_in))

    @pages.get(CALLBACK)
    def callback() -> ResponseReturnValue:
        signed_in, key = sessions.current(), relying_party.purpose() or ""
        draft = own_draft(key, signed_in) if signed_in else None
        if draft is None:
            raise Problem("stale")

        def finish() -> Response:
            done = withdrawals.done.put(withdrawals.carry_out(draft))
            return redirect(f"/withdrawals/{done}", 303)

        return _with_form_back(key, finish)

    def shown(key: str, **more: object) -> ResponseReturnValue:
        signed_in, done = sessions.current(), withdrawals.done.get(key)
        if signed_in is None or done is None or done.draft.subject != signed_in.claims["sub"]:
            raise Problem("not_found")
        return render_template("fund/withdrawn.html", done=done, key=key, **_described(done), **more)

    @pages.get("/withdrawals/<key>")
    def result(key: str) -> ResponseReturnValue:
        return shown(key)

    @pages.post("/withdrawals/<key>/change")
    def change(key: str) -> ResponseReturnValue:
        shown(key)
        done = withdrawals.done.get(key)
        if done is None:
            raise Problem("not_found")
        amount, told = withdrawals.change(done)
        return shown(key, changed=amount, told=told)

    return pages


def _with_form_back(key: str, act: Callable[[], Response]) -> Response:
    """Do what may go wrong; where the person can do without it, show the form again, as it was filled in."""
    try:
        return act()
    except Problem as problem:
        if problem.reason not in COME_BACK:
            raise
        return redirect(f"{FORM}?draft={key}&why={COME_BACK[problem.reason]}", 303)


def _described(done: Done) -> dict[str, object]:
    claims, receipt = done.claims, done.receipt
    told: dict[str, object] = {
        "assurance": describe_assurance(claims.get("acr"), language()),
        "methods": describe_methods(claims.get("amr"), language()),
        "proved_at": describe_moment(claims.get("auth_time"), language()),
        "reason": REASONS[done.draft.typed.reason],
    }
    if receipt:
        told["receipt_at"] = describe_moment(receipt.get("iat"), language())
        told["receipt_text"] = json.dumps(receipt, ensure_ascii=False, indent=2)
    return told
