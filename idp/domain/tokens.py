"""Opaque access tokens: what stands behind a random value that says nothing by itself."""

from datetime import timedelta
from typing import Any, Protocol


class OpaqueTokens(Protocol):
    """The claims behind opaque access tokens, until they expire."""

    def put(self, token: str, claims: dict[str, Any], *, ttl: timedelta) -> None:
        """Keep the claims behind the token."""

    def get(self, token: str) -> dict[str, Any] | None:
        """Return the claims behind the token."""

    def delete(self, token: str) -> bool:
        """Forget the token; say whether it was there."""
