"""ID tokens: who signed in, when, how, and how well that is proved."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from idp.domain.clock import Clock
from idp.domain.grants import Grant
from idp.domain.ids import base64url
from idp.protocol.jose.keyring import Keyring

SPEC = "OpenID Connect Core 1.0 section 2"
METADATA = {"subject_types_supported": ["pairwise", "public"]}
TYPE = "JWT"


@dataclass(frozen=True, slots=True, kw_only=True)
class IdTokens:
    """Issues ID tokens, and recognises them when they come back as hints."""

    keyring: Keyring
    issuer: str
    clock: Clock
    lifetime: timedelta

    def of_grant(self, grant: Grant, *, access_token: str, nonce: str | None, more: Mapping[str, Any]) -> str:
        """Return the ID token that belongs to *access_token*, with *more* claims about the person."""
        issued = int(self.clock.now().timestamp())
        claims: dict[str, Any] = {
            **more,
            "iss": self.issuer,
            "sub": grant.subject,
            "aud": grant.client_id,
            "iat": issued,
            "exp": issued + int(self.lifetime.total_seconds()),
            "auth_time": int(grant.auth_time.timestamp()),
            "acr": grant.acr,
            "amr": list(grant.amr),
            "sid": grant.sid,
            "at_hash": left_half(access_token),
        }
        if nonce is not None:
            claims["nonce"] = nonce
        return self.keyring.sign(claims, typ=TYPE)

    def recognise(self, unverified_hint: str) -> dict[str, Any] | None:
        """Return the claims of an ID token of ours, expired or not, or None."""
        claims = self.keyring.verify(unverified_hint, typ=TYPE)
        return claims if claims and claims.get("iss") == self.issuer else None


def left_half(token: str) -> str:
    """Return ``at_hash``: the left 128 bits of SHA-256, which goes with every 256-bit algorithm."""
    return base64url(hashlib.sha256(token.encode("ascii")).digest()[:16])
