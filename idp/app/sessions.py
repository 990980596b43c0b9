"""The keeper of sessions, and what closes accounts, on their neighbours."""

from datetime import timedelta

from idp.app.neighbours import Neighbours
from idp.app.notices import open_notices
from idp.domain.claims.subject import Pseudonyms
from idp.domain.sessions import SessionLife
from idp.services.closing import Closing
from idp.services.sessions import SessionKeeper
from idp.settings import Settings
from idp.storage.ephemeral.kept import KeptHotSessions


def open_sessions(settings: Settings, neighbours: Neighbours, pseudonyms: Pseudonyms) -> SessionKeeper:
    """Return the keeper."""
    return SessionKeeper(
        records=neighbours.database,
        hot=KeptHotSessions(neighbours.ephemeral.expiring),
        life=SessionLife(
            idle=timedelta(minutes=settings.session.idle_minutes),
            absolute=timedelta(hours=settings.session.absolute_hours),
            touch=timedelta(seconds=settings.session.touch_seconds),
        ),
        pseudonyms=pseudonyms,
        clock=neighbours.clock,
        notices=open_notices(settings, neighbours),
    )


def open_closing(settings: Settings, neighbours: Neighbours, sessions: SessionKeeper) -> Closing:
    """Return what closes accounts."""
    return Closing(
        records=neighbours.database,
        sessions=sessions,
        notices=open_notices(settings, neighbours),
        clock=neighbours.clock,
        grace=timedelta(days=settings.account.closing_days),
    )
