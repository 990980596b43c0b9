"""JWT access tokens: who may call this provider's UserInfo, for how long, on which grant."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from idp.domain.clients import Client
from idp.domain.clock import Clock
from idp.domain.errors import Refusal
from idp.domain.grants import Grant
from idp.domain.ids import GrantId, random_id
from idp.protocol.jose.keyring import Keyring

SPEC = "RFC 9068"
TYPE = "at+jwt"
# The token id begins with the grant's, so that a token finds its grant without a table of tokens.
SEPARATOR = "."


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedAccess:
    """What a checked access token says; *grant_id* is None when a client acts for itself."""

    grant_id: GrantId | None
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessTokens:
    """Issues access tokens for the provider itself as audience, and checks them."""

    keyring: Keyring
    issuer: str
    clock: Clock
    lifetime: timedelta

    def of_grant(self, grant: Grant, scopes: tuple[str, ...]) -> str:
        """Return a token for what the person allowed, no wider than *scopes*."""
        claims = {
            "sub": grant.subject,
            "client_id": grant.client_id,
            "scope": " ".join(scopes),
            "jti": f"{grant.id}{SEPARATOR}{random_id()}",
            "auth_time": int(grant.auth_time.timestamp()),
            "acr": grant.acr,
            "amr": list(grant.amr),
        }
        return self._sign(claims)

    def of_client(self, client: Client, scopes: tuple[str, ...]) -> str:
        """Return a token for the client itself (RFC 9068 section 2.2: then ``sub`` is the client)."""
        claims = {
            "sub": client.client_id,
            "client_id": client.client_id,
            "jti": f"{SEPARATOR}{random_id()}",
        }
        return self._sign(claims | ({"scope": " ".join(scopes)} if scopes else {}))

    def check(self, unverified_token: str) -> VerifiedAccess:
        """Return what the token says, or refuse (RFC 9068 section 4)."""
        claims = self.keyring.verify(unverified_token, typ=TYPE)
        now = self.clock.now().timestamp()
        if claims is None or claims["iss"] != self.issuer or claims["aud"] != self.issuer:
            raise Refusal("invalid_token", "The access token is not valid here.", status=401)
        if claims["exp"] <= now:
            raise Refusal("invalid_token", "The access token has expired.", status=401)
        grant_id = claims["jti"].partition(SEPARATOR)[0]
        return VerifiedAccess(
            grant_id=GrantId(grant_id) if grant_id else None,
            scopes=frozenset(claims.get("scope", "").split()),
        )

    def _sign(self, claims: dict[str, Any]) -> str:
        issued = int(self.clock.now().timestamp())
        common = {
            "iss": self.issuer,
            "aud": self.issuer,
            "iat": issued,
            "exp": issued + int(self.lifetime.total_seconds()),
        }
        return self.keyring.sign(common | claims, typ=TYPE)
