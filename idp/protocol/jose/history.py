"""The keys of all times, signed, so that what they signed can be checked when they sign no more."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from idp.domain.clock import Clock
from idp.domain.freshness import Fresh
from idp.domain.keys import KeyState, SigningKey
from idp.protocol.jose.keyring import Keyring

SPEC = "OpenID Federation 1.0 section 8.7"
PATH = "/jwks/history"
TYPE = "jwk-set+jwt"
MEDIA_TYPE = f"application/{TYPE}"
METADATA = {"federation_historical_keys_endpoint": PATH}
#: Keys that sign no more: `exp` is when that was noted.
STOPPED = frozenset({KeyState.RETIRING, KeyState.RETIRED})


class KeyHistory:
    """Keeps the document for all who ask; it is signed again when the keys may have changed."""

    def __init__(
        self, load: Callable[[], tuple[SigningKey, ...]], *, keyring: Keyring, issuer: str, clock: Clock
    ) -> None:
        self._load = load
        self._keyring = keyring
        self._issuer = issuer
        self._clock = clock
        self._document = Fresh(self._build, clock)

    def __call__(self) -> str:
        """Return the document, a JWT."""
        return self._document.get()

    def _build(self) -> str:
        told = historical_keys(self._load(), issuer=self._issuer, at=self._clock.now())
        return self._keyring.sign(told, typ=TYPE)


def historical_keys(keys: Iterable[SigningKey], *, issuer: str, at: datetime) -> dict[str, Any]:
    """Return the document's claims: every key that ever signed.

    Those that sign to this day stand in it too, without ``exp``: one document is enough.
    """
    return {
        "iss": issuer,
        "iat": int(at.timestamp()),
        "keys": [_told(key) for key in keys if key.state is not KeyState.PENDING],
    }


def _told(key: SigningKey) -> dict[str, Any]:
    since, changed = int(key.created_at.timestamp()), int(key.changed_at.timestamp())
    told = key.public_jwk | {"iat": since}
    if key.state in STOPPED:
        return told | {"exp": changed}
    if key.state is KeyState.REVOKED:
        return told | {"exp": changed, "revoked": {"revoked_at": changed, "reason": "compromised"}}
    return told
