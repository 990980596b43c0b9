"""An access token for one API, renewed when it is about to end."""

import time
from collections.abc import Callable
from threading import Lock
from typing import Any

# Renewed a little before its end, as clocks differ and calls take time.
EARLY = 30


class ApiTokens:
    """Keeps the refresh token, and the access token while it lasts; *renew* is one call of the provider."""

    def __init__(self, renew: Callable[[str], dict[str, Any]], refresh_token: str) -> None:
        self._renew = renew
        self._refresh_token = refresh_token
        self._access_token = ""
        self._until = 0.0
        self._lock = Lock()

    def current(self) -> str:
        """Return an access token; of two threads one renews it, as each refresh token is good once."""
        with self._lock:
            if time.monotonic() >= self._until:
                renewed = self._renew(self._refresh_token)
                self._refresh_token = renewed.get("refresh_token", self._refresh_token)
                self._access_token = renewed["access_token"]
                self._until = time.monotonic() + renewed.get("expires_in", 0) - EARLY
            return self._access_token
