"""The page where a person takes a copy of his or her data."""

from email.utils import format_datetime

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from idp.domain.clock import civil_date
from idp.domain.throttle import Tries
from idp.protocol.jose.keyring import PATH as KEYS
from idp.protocol.tokens.personal_data import MEDIA_TYPE
from idp.services.data_copy import CopyData
from idp.web.account.addresses import COPY, DATA
from idp.web.account.area import AccountArea, Visitor, sign_in_address
from idp.web.reply import NO_STORE, go_to


def copy_page(area: AccountArea, copying: CopyData) -> Blueprint:
    """Build the page and its two buttons."""
    pages = Blueprint("copy", __name__)

    @pages.get(COPY)
    @area.newly_signed_in(COPY, under=DATA)
    def show(visitor: Visitor) -> ResponseReturnValue:
        return page(visitor)

    @pages.post(COPY)
    @area.newly_signed_in(COPY, under=DATA)
    def take(visitor: Visitor) -> ResponseReturnValue:
        signed = request.form.get("form") == "signed"
        made = copying.make(visitor.session, "signed" if signed else "readable")
        if isinstance(made, Tries):
            retry = {"Retry-After": format_datetime(made.until, usegmt=True)}
            return page(visitor, enough=True), 429, retry
        if made is None:
            return go_to(sign_in_address(COPY))
        return _file(made, signed=signed)

    def _file(content: str, *, signed: bool) -> Response:
        # Nothing of the person in the name: it is seen by whoever looks at the list of downloads.
        name = f"my-data-{civil_date(area.account.clock.now())}.{'jwt' if signed else 'json'}"
        response = Response(content, mimetype=MEDIA_TYPE if signed else "application/json")
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        response.headers["Cache-Control"] = NO_STORE
        return response

    def page(visitor: Visitor, *, enough: bool = False) -> str:
        keys = copying.personal_data.issuer + KEYS
        return area.show("account/copy.html", visitor, enough=enough, keys=keys)

    return pages
