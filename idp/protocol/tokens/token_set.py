"""The token response: which tokens a grant yields, under which names."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from idp.domain.authorization_details.types import Detail
from idp.domain.clients import Client, GrantType
from idp.domain.grants import OPENID, Grant
from idp.protocol.tokens.access_token import AccessTokens
from idp.protocol.tokens.id_token import IdTokens
from idp.protocol.tokens.refresh_token import RefreshTokens

SPEC = "RFC 6749 section 5.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenSets:
    """Builds token responses; *person_scopes* are those that mean a person's data."""

    access_tokens: AccessTokens
    id_tokens: IdTokens
    refresh_tokens: RefreshTokens
    person_scopes: frozenset[str]

    def of_grant(
        self,
        grant: Grant,
        client: Client,
        scopes: tuple[str, ...],
        *,
        resources: tuple[str, ...],
        details: tuple[Detail, ...],
        nonce: str | None,
        more: Mapping[str, Any],
        refreshes: int = 0,
    ) -> dict[str, Any]:
        """Return the tokens of a person's grant; a refresh token if the client registered for it.

        The access token is for the *resources* alone, else for UserInfo alone: a resource server could
        read there what concerns the client. *more* are the claims that the ID token was asked to hold.
        """
        meant_for = self._audience(resources)
        access_token = self.access_tokens.of_grant(grant, client, scopes, meant_for, details=details)
        answer = self._bearer(access_token, scopes)
        if details:
            answer["authorization_details"] = list(details)
        if OPENID in scopes:
            answer["id_token"] = self.id_tokens.of_grant(
                grant, client, access_token=access_token, nonce=nonce, more=more
            )
        if GrantType.REFRESH_TOKEN in client.grant_types:
            answer["refresh_token"] = self.refresh_tokens.mint(grant.id, refreshes)
        return answer

    def of_client(
        self, client: Client, scopes: tuple[str, ...], *, resources: tuple[str, ...]
    ) -> dict[str, Any]:
        """Return the access token of a client that acts for itself."""
        return self._bearer(self.access_tokens.of_client(client, scopes, self._audience(resources)), scopes)

    def _audience(self, resources: tuple[str, ...]) -> tuple[str, ...]:
        return resources or (self.access_tokens.issuer,)

    def _bearer(self, access_token: str, scopes: tuple[str, ...]) -> dict[str, Any]:
        answer: dict[str, Any] = {
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": int(self.access_tokens.lifetime.total_seconds()),
        }
        return answer | ({"scope": " ".join(scopes)} if scopes else {})
