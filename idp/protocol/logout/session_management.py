"""Session state: what lets a page of a relying party notice that somebody signed in or out here."""

import hashlib

from idp.domain.ids import SessionId, base64url, digest, random_id
from idp.domain.redirect_uris import origin_of

SPEC = "OpenID Connect Session Management 1.0"
PATH = "/session/check"
METADATA = {"check_session_iframe": PATH}


def browser_state(session_id: SessionId) -> str:
    """Return what a cookie tells the provider's own script about the session; without one, nothing.

    It is no secret of the session: who reads it learns whether the session is still the same.
    """
    return digest(f"browser-state:{session_id}")


def session_state(client_id: str, redirect_uri: str, session_id: SessionId) -> str | None:
    """Return the parameter of an authorization answer (section 2), or None for an app without an origin."""
    origin = origin_of(redirect_uri)
    if origin is None:
        return None
    salt = random_id()
    told = f"{client_id} {origin} {browser_state(session_id)} {salt}"
    return f"{base64url(hashlib.sha256(told.encode()).digest())}.{salt}"
