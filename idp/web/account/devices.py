"""The page of the devices that a person is signed in on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint
from flask.typing import ResponseReturnValue

from idp.domain.clients import Client
from idp.domain.ids import ClientId
from idp.domain.sessions import Session
from idp.services.logout import Logout
from idp.web.account.addresses import DEVICES
from idp.web.account.area import AccountArea, Visitor
from idp.web.account.device import device_name
from idp.web.party import party_of
from idp.web.reply import go_to
from idp.web.signed_out import SignedOut, signed_out_page


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownDevice:
    """A session as its person recognises it."""

    handle: str
    device: str
    signed_in_at: datetime
    last_seen_at: datetime
    current: bool
    parties: list[str]


def devices_page(
    area: AccountArea, logout: Logout, find_client: Callable[[ClientId], Client | None]
) -> Blueprint:
    """Build the page and its buttons."""
    pages = Blueprint("devices", __name__)

    @pages.get(DEVICES)
    @area.signed_in(DEVICES)
    def show(visitor: Visitor) -> ResponseReturnValue:
        visited = area.account.devices(visitor.session)
        devices = [_shown(each, parties, visitor) for each, parties in visited]
        # The one that is looked at comes first, wherever it was signed in.
        devices.sort(key=lambda each: not each.current)
        return area.show("account/devices.html", visitor, devices=devices)

    @pages.post("/sessions/<handle>/end")
    @area.signed_in(DEVICES)
    def end(visitor: Visitor, handle: str) -> ResponseReturnValue:
        done = area.account.end_session(visitor.session, handle)
        return go_to(f"{DEVICES}?done=session" if done else DEVICES)

    @pages.post("/sessions/end-others")
    @area.signed_in(DEVICES)
    def end_others(visitor: Visitor) -> ResponseReturnValue:
        area.account.end_others(visitor.session)
        return go_to(f"{DEVICES}?done=others")

    @pages.post("/sessions/end-all")
    @area.signed_in(DEVICES)
    def end_all(visitor: Visitor) -> ResponseReturnValue:
        frames = logout.frames(visitor.session)
        area.account.end_all(visitor.session)
        area.cookies.clear_session()
        return signed_out_page(SignedOut(known=True, frames=frames))

    def _shown(session: Session, parties: tuple[ClientId, ...], visitor: Visitor) -> ShownDevice:
        return ShownDevice(
            handle=session.id,
            device=device_name(session.device),
            signed_in_at=session.auth_time,
            last_seen_at=session.last_seen_at,
            current=session.id == visitor.session.id,
            parties=[party_of(client).name for each in parties if (client := find_client(each))],
        )

    return pages
