"""Session state: what lets a page of a relying party notice that somebody signed in or out here."""

import hashlib
from urllib.parse import urlsplit

from idp.domain.ids import SessionId, base64url, digest, random_id

SPEC = "OpenID Connect Session Management 1.0"
PATH = "/session/check"
METADATA = {"check_session_iframe": PATH}
DEFAULT_PORTS = {"http": 80, "https": 443}


def browser_state(session_id: SessionId) -> str:
    """Return what a cookie tells the provider's own script about the session; without one, nothing.

    It is no secret of the session: who reads it learns whether the session is still the same.
    """
    return digest(f"browser-state:{session_id}")


def session_state(client_id: str, redirect_uri: str, session_id: SessionId) -> str | None:
    """Return the parameter of an authorization answer (section 2), or None for an app without an origin."""
    origin = _origin(redirect_uri)
    if origin is None:
        return None
    salt = random_id()
    told = f"{client_id} {origin} {browser_state(session_id)} {salt}"
    return f"{base64url(hashlib.sha256(told.encode()).digest())}.{salt}"


def _origin(uri: str) -> str | None:
    # As browsers write it: a port that is the scheme's own is left out.
    parts = urlsplit(uri)
    if parts.scheme not in DEFAULT_PORTS:
        return None
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    port = "" if parts.port in {None, DEFAULT_PORTS[parts.scheme]} else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"
