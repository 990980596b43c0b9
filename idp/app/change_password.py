"""What changes passwords, on its neighbours."""

from idp.app.neighbours import Neighbours
from idp.app.notices import open_notices
from idp.services.password_change import ChangePassword
from idp.services.sessions import SessionKeeper
from idp.services.sign_in.confirm import ConfirmPassword
from idp.settings import Settings
from idp.tables import load_common_passwords


def open_change_password(
    settings: Settings, neighbours: Neighbours, sessions: SessionKeeper, confirm: ConfirmPassword
) -> ChangePassword:
    """Return what changes passwords."""
    return ChangePassword(
        records=neighbours.database,
        confirm=confirm,
        hasher=neighbours.hasher,
        sessions=sessions,
        notices=open_notices(settings, neighbours),
        clock=neighbours.clock,
        common=load_common_passwords(),
    )
