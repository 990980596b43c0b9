"""Who is signed in at this portal: a random cookie, and the rest in this process."""

from dataclasses import dataclass
from typing import Any

from flask import Response, request

from examples.api_tokens import ApiTokens
from examples.jwt_parts import JwtParts
from examples.store import BoundedStore

MOST = 10_000
SECONDS = 8 * 3600


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What the portal holds about one person: the proved claims, and tokens as far as needed.

    The ID token itself is kept to name the session at sign-out. The access token is not kept: it
    has done its work at UserInfo, and what is not kept cannot be stolen. A portal that calls an API
    for its people has *api_tokens* for that alone.
    """

    claims: dict[str, Any]
    id_token: str
    id_token_parts: JwtParts | None
    access_token_parts: JwtParts | None
    api_tokens: ApiTokens | None = None


class Sessions:
    """Begins, finds and ends sessions; a cookie holds only the key, as tokens do not fit into one."""

    def __init__(self, cookie: str, *, secure: bool) -> None:
        self._cookie = cookie
        self._secure = secure
        self._store = BoundedStore[SignedIn](most=MOST, seconds=SECONDS)

    def current(self) -> SignedIn | None:
        """Return who is signed in."""
        return self._store.get(request.cookies.get(self._cookie, ""))

    def begin(self, response: Response, signed_in: SignedIn) -> None:
        """Begin a session under a new key.

        The key that the browser brought is dropped, not reused: it may have been planted there by
        someone who waits for the person to sign in under it (session fixation).
        """
        self.end(response)
        response.set_cookie(
            self._cookie,
            self._store.put(signed_in),
            httponly=True,
            # Lax, not Strict: the browser comes back from the provider's site and must be known.
            samesite="Lax",
            secure=self._secure,
        )

    def end_at_provider(self, sid: str) -> int:
        """End the sessions that began with the provider's session *sid*; return how many."""
        return self._store.discard(lambda signed_in: signed_in.claims.get("sid") == sid)

    def end(self, response: Response) -> SignedIn | None:
        """End the browser's session and return whose it was."""
        response.delete_cookie(self._cookie, httponly=True, samesite="Lax", secure=self._secure)
        return self._store.take(request.cookies.get(self._cookie, ""))
