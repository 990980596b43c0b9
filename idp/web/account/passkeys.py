"""The page of a person's passkeys: a new one is made there, and one that is not wanted any more removed."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, abort, jsonify
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from idp.domain.devices import coarse_name
from idp.domain.errors import Refusal
from idp.domain.passkeys import MAX_NAME, MOST, Passkey, clean_name
from idp.services.passkeys import OwnPasskeys, handle_of
from idp.web.account.addresses import PASSKEYS, SECURITY
from idp.web.account.area import AccountArea, Visitor
from idp.web.forms import PasskeyForm, read_credential
from idp.web.reply import go_to
from idp.web.request import user_agent
from idp.web.words import language


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPasskey:
    """A passkey without what only programs need."""

    handle: str
    name: str
    is_synced: bool
    created_at: datetime
    last_used_at: datetime | None


def passkeys_page(area: AccountArea, passkeys: OwnPasskeys) -> Blueprint:
    """Build the page, what its script asks for, and its two forms."""
    pages = Blueprint("passkeys", __name__)

    @pages.get(PASSKEYS)
    @area.newly_signed_in(PASSKEYS, under=SECURITY)
    def show(visitor: Visitor) -> ResponseReturnValue:
        return page(visitor)

    @pages.get(f"{PASSKEYS}/options")
    @area.newly_signed_in(PASSKEYS, under=SECURITY)
    def options(visitor: Visitor) -> ResponseReturnValue:
        answer = jsonify(passkeys.options(visitor.person, visitor.session))
        answer.headers["Cache-Control"] = "no-store"
        return answer

    @pages.post(PASSKEYS)
    @area.newly_signed_in(PASSKEYS, under=SECURITY)
    def add(visitor: Visitor) -> ResponseReturnValue:
        form = PasskeyForm()
        answer = read_credential(form.credential.data) if form.validate_on_submit() else None
        if answer is None:
            return page(visitor, fault=_("No passkey was made. Try again.")), 422
        name = clean_name(form.called.data or "") or coarse_name(user_agent()) or str(_("Passkey"))
        try:
            passkeys.add(visitor.person, visitor.session, answer, name=name, language=language())
        except Refusal as refusal:
            return page(visitor, fault=_fault(refusal)), 422
        return go_to(f"{SECURITY}?done=passkey-added")

    @pages.get(f"{PASSKEYS}/<handle>/remove")
    @area.newly_signed_in(PASSKEYS, under=SECURITY)
    def ask(visitor: Visitor, handle: str) -> ResponseReturnValue:
        return area.show("account/remove_passkey.html", visitor, passkey=_shown(own(visitor, handle)))

    @pages.post(f"{PASSKEYS}/<handle>/remove")
    @area.newly_signed_in(PASSKEYS, under=SECURITY)
    def remove(visitor: Visitor, handle: str) -> ResponseReturnValue:
        passkey = own(visitor, handle)
        passkeys.remove(visitor.person, visitor.session, passkey, language=language())
        return go_to(f"{SECURITY}?done=passkey-removed")

    def own(visitor: Visitor, handle: str) -> Passkey:
        return passkeys.find(visitor.session, handle) or abort(404)

    def page(visitor: Visitor, fault: str | None = None) -> str:
        held = [_shown(each) for each in passkeys.all(visitor.session)]
        return area.show(
            "account/passkeys.html",
            visitor,
            held=held,
            fault=fault,
            is_full=len(held) >= MOST,
            suggested=coarse_name(user_agent()),
            longest=MAX_NAME,
        )

    return pages


def _shown(passkey: Passkey) -> ShownPasskey:
    return ShownPasskey(
        handle=handle_of(passkey),
        name=passkey.name,
        is_synced=passkey.is_synced,
        created_at=passkey.created_at,
        last_used_at=passkey.last_used_at,
    )


def _fault(refusal: Refusal) -> str:
    if refusal.error == "too_many_passkeys":
        return str(_("You have as many passkeys as an account may. Remove one first."))
    return str(_("This passkey could not be kept. Try again, or use another device."))
