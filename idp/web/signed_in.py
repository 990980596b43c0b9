"""Who is signed in at this browser."""

from idp.domain.sessions import Session
from idp.protocol.logout.session_management import browser_state
from idp.services.sessions import SessionKeeper
from idp.web.cookies import Cookies


def signed_in(sessions: SessionKeeper, cookies: Cookies) -> Session | None:
    """Return the live session; when it has changed or is over, pages of relying parties can see so."""
    secret = cookies.session_secret()
    session = sessions.find(secret)
    if session:
        cookies.set_state(browser_state(session.id))
    elif secret:
        # The secret itself stays: another tab may get a new one at this very moment.
        cookies.set_state("")
    return session
