"""The keys of all times, signed, so that what they signed can be checked when they sign no more."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from idp.domain.clock import Clock
from idp.domain.freshness import MAX_AGE, Fresh, is_fresh
from idp.domain.keys import KeyState, SigningKey
from idp.protocol.jose.keyring import Keyring

SPEC = "OpenID Federation 1.0 section 8.7"
PATH = "/jwks/history"
TYPE = "jwk-set+jwt"
MEDIA_TYPE = f"application/{TYPE}"
METADATA = {"federation_historical_keys_endpoint": PATH}
# A server that runs learns a moment later that its key has stopped.
LATE = 2 * MAX_AGE
# How old a document may say that it is where the keys are the same; until then caches have one thing to keep.
RENEWED = timedelta(hours=1)
# The keys, when they were told of, and the document.
Signed = tuple[tuple[SigningKey, ...], datetime, str]


class KeyHistory:
    """Keeps the document for all who ask; it is signed again when the keys have changed, and every hour."""

    def __init__(
        self, load: Callable[[], tuple[SigningKey, ...]], *, keyring: Keyring, issuer: str, clock: Clock
    ) -> None:
        self._load = load
        self._keyring = keyring
        self._issuer = issuer
        self._clock = clock
        self._signed: Signed | None = None
        self._document = Fresh(self._build, clock)

    def __call__(self) -> str:
        """Return the document, a JWT."""
        return self._document.get()

    def _build(self) -> str:
        keys, now, held = self._load(), self._clock.now(), self._signed
        if held is not None and held[0] == keys and is_fresh(held[1], now, RENEWED) and _is_settled(held):
            return held[2]
        document = self._keyring.sign(historical_keys(keys, issuer=self._issuer, at=now), typ=TYPE)
        self._signed = (keys, now, document)
        return document


def _is_settled(signed: Signed) -> bool:
    # Right after a change it may still have been the key before that signed.
    keys, at, _ = signed
    return at - max(key.changed_at for key in keys) > LATE


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
    told = key.public_jwk | {"iat": int(key.created_at.timestamp())}
    if key.stopped_at is not None:
        told["exp"] = int((key.stopped_at + LATE).timestamp())
    if key.state is KeyState.REVOKED:
        told["revoked"] = {"revoked_at": int(key.changed_at.timestamp()), "reason": "compromised"}
    return told
