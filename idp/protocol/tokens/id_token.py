"""ID tokens: who signed in, when, how, and how well that is proved."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from idp.domain.algorithms import Algorithm
from idp.domain.clients import Client
from idp.domain.clock import Clock
from idp.domain.grants import Grant
from idp.domain.ids import base64url
from idp.protocol.jose.keyring import Keyring

SPEC = "OpenID Connect Core 1.0 section 2"
METADATA = {
    "subject_types_supported": ["pairwise", "public"],
    "id_token_signing_alg_values_supported": [algorithm.value for algorithm in Algorithm],
}
TYPE = "JWT"


@dataclass(frozen=True, slots=True, kw_only=True)
class IdTokens:
    """Issues ID tokens, and recognises them when they come back as hints."""

    keyring: Keyring
    issuer: str
    clock: Clock
    lifetime: timedelta

    def of_grant(
        self,
        grant: Grant,
        client: Client,
        *,
        access_token: str,
        nonce: str | None,
        more: Mapping[str, Any],
    ) -> str:
        """Return the ID token that belongs to *access_token*, with *more* claims about the person."""
        issued, algorithm = int(self.clock.now().timestamp()), client.signing.id_token
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
            "at_hash": left_half(access_token, algorithm),
        }
        if nonce is not None:
            claims["nonce"] = nonce
        return self.keyring.sign(claims, typ=TYPE, algorithm=algorithm)

    def recognise(self, unverified_hint: str) -> dict[str, Any] | None:
        """Return the claims of an ID token of ours, expired or not, or None."""
        claims = self.keyring.verify(unverified_hint, typ=TYPE)
        # Signed UserInfo has the same issuer, audience and type; it never expires.
        is_ours = claims and claims.get("iss") == self.issuer and "exp" in claims
        return claims if is_ours else None


def left_half(token: str, algorithm: Algorithm) -> str:
    """Return ``at_hash``: the left half of the hash that *algorithm* uses; Ed25519 uses SHA-512."""
    hashed: Callable[[bytes], Any] = hashlib.sha512 if algorithm is Algorithm.EDDSA else hashlib.sha256
    whole: bytes = hashed(token.encode("ascii")).digest()
    return base64url(whole[: len(whole) // 2])
