"""The page after signing out: what happened, frames that tell portals, and the way on."""

from dataclasses import dataclass

from flask import g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from idp.domain.clients import Client
from idp.domain.ids import random_id
from idp.protocol.logout.rp_initiated import PATH
from idp.web.headers import let_frames_reach
from idp.web.party import party_of
from idp.web.reply import go_to


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOut:
    """What happened at a browser that was *known*: *asked_by* a portal or not, *confirmed* by the person."""

    known: bool
    frames: tuple[str, ...] = ()
    asked_by: Client | None = None
    confirmed: bool = False
    return_uri: str | None = None
    refused_uri: bool = False


def signed_out_page(done: SignedOut) -> ResponseReturnValue:
    """Lead back at once where nobody has to be told in a frame; else show the page meanwhile."""
    if done.return_uri and not done.frames:
        return go_to(done.return_uri)
    party = party_of(done.asked_by) if done.asked_by else None
    # Some of these pages answer a form; in another language they are fetched anew, from here.
    g.page_url = PATH
    if done.frames:
        let_frames_reach(done.frames)
    if done.return_uri:
        g.script_nonce = random_id()
    return render_template(
        "signed_out.html",
        party=party,
        happened=_happened(party.name if party and not done.confirmed else None, known=done.known),
        known=done.known,
        frames=done.frames,
        return_uri=done.return_uri,
        refused_uri=done.refused_uri,
        nonce=g.get("script_nonce"),
    )


def _happened(party: str | None, *, known: bool) -> str:
    if not known:
        return str(_("You were not signed in to the unified sign-in in this browser."))
    if party:
        return str(_("%(party)s has signed you out of the unified sign-in in this browser.", party=party))
    return str(_("You have left the unified sign-in in this browser."))
