"""Apps that show codes, on their neighbours."""

from datetime import timedelta

from idp.adapters.codes import PyotpCodes
from idp.app.neighbours import Neighbours
from idp.app.notices import open_notices
from idp.app.tries import open_throttle
from idp.services.code_apps import OwnCodeApp
from idp.services.sign_in.code import ConfirmCode
from idp.settings import Settings

TITLE = "统一身份认证"


def open_own_code_app(settings: Settings, neighbours: Neighbours) -> OwnCodeApp:
    """Return what people do with their own app."""
    return OwnCodeApp(
        records=neighbours.database,
        codes=PyotpCodes(TITLE),
        offers=neighbours.ephemeral.expiring,
        sealer=neighbours.wrapper,
        notices=open_notices(settings, neighbours),
        clock=neighbours.clock,
        # As long as the sign-in counts as new, without which the page is not shown.
        lifetime=timedelta(minutes=settings.account.recent_minutes),
    )


def open_confirm_code(settings: Settings, neighbours: Neighbours) -> ConfirmCode:
    """Return what checks the codes: as many tries as for passwords, counted by the person."""
    return ConfirmCode(
        records=neighbours.database,
        codes=PyotpCodes(TITLE),
        tries_of_person=open_throttle(neighbours, "code", settings.throttle.account),
        failures_of_address=open_throttle(neighbours, "address", settings.throttle.address),
        clock=neighbours.clock,
    )
