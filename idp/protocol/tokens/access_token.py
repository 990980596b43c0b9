"""Access tokens: who may call whom, for how long, on which grant; readable or opaque."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from idp.domain.authorization_details.types import Detail
from idp.domain.clients import AccessTokenFormat, Client
from idp.domain.clock import Clock
from idp.domain.errors import Refusal
from idp.domain.grants import Grant
from idp.domain.ids import GrantId, random_id, random_secret
from idp.domain.tokens import OpaqueTokens
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
    """Issues access tokens in the format that the client chose, and checks them."""

    keyring: Keyring
    opaque: OpaqueTokens
    issuer: str
    clock: Clock
    lifetime: timedelta

    def of_grant(
        self,
        grant: Grant,
        client: Client,
        scopes: tuple[str, ...],
        audience: tuple[str, ...],
        *,
        details: tuple[Detail, ...] = (),
    ) -> str:
        """Return a token for what the person allowed, no wider than *scopes*, to use at *audience*.

        It says which transactions it is for (RFC 9396 section 9.1).
        """
        claims = {
            "sub": grant.subject,
            "scope": " ".join(scopes),
            "jti": f"{grant.id}{SEPARATOR}{random_id()}",
            "auth_time": int(grant.auth_time.timestamp()),
            "acr": grant.acr,
            "amr": list(grant.amr),
        }
        transactions = {"authorization_details": list(details)} if details else {}
        return self._issue(client, audience, claims | transactions)

    def of_client(self, client: Client, scopes: tuple[str, ...], audience: tuple[str, ...]) -> str:
        """Return a token for the client itself (RFC 9068 section 2.2: then ``sub`` is the client)."""
        claims = {"sub": client.client_id, "jti": f"{SEPARATOR}{random_id()}"}
        return self._issue(client, audience, claims | ({"scope": " ".join(scopes)} if scopes else {}))

    def read(self, unverified_token: str) -> dict[str, Any] | None:
        """Return the claims of a token of ours, whoever its audience is, expired or not, or None."""
        # A JWT has dots, a random value has none.
        if SEPARATOR not in unverified_token:
            return self.opaque.get(unverified_token)
        claims = self.keyring.verify(unverified_token, typ=TYPE)
        return claims if claims and claims["iss"] == self.issuer else None

    def check(self, unverified_token: str) -> VerifiedAccess:
        """Return what a token for this provider itself says, or refuse (RFC 9068 section 4)."""
        claims = self.read(unverified_token)
        if claims is None or self.issuer not in audience_of(claims):
            raise Refusal("invalid_token", "The access token is not valid here.", status=401)
        if claims["exp"] <= self.clock.now().timestamp():
            raise Refusal("invalid_token", "The access token has expired.", status=401)
        return VerifiedAccess(
            grant_id=grant_of(claims),
            scopes=frozenset(claims.get("scope", "").split()),
        )

    def _issue(self, client: Client, audience: tuple[str, ...], claims: dict[str, Any]) -> str:
        issued = int(self.clock.now().timestamp())
        whole = {
            "iss": self.issuer,
            "aud": audience[0] if len(audience) == 1 else list(audience),
            "iat": issued,
            "exp": issued + int(self.lifetime.total_seconds()),
            "client_id": client.client_id,
        } | claims
        if client.access_token_format is AccessTokenFormat.JWT:
            return self.keyring.sign(whole, typ=TYPE)
        token = random_secret()
        self.opaque.put(token, whole, ttl=self.lifetime)
        return token


def audience_of(claims: dict[str, Any]) -> frozenset[str]:
    """Return everybody whom a token is meant for."""
    audience = claims["aud"]
    return frozenset([audience] if isinstance(audience, str) else audience)


def grant_of(claims: dict[str, Any]) -> GrantId | None:
    """Return the grant that an access token rests on; none when the client acts for itself."""
    grant_id = claims["jti"].partition(SEPARATOR)[0]
    return GrantId(grant_id) if grant_id else None
