"""Tokens that come back to the provider: whose they are, and whether they still live."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from idp.domain.clients import Client
from idp.domain.clock import Clock
from idp.domain.grants import Grant
from idp.domain.ids import ClientId, GrantId
from idp.domain.work import Records
from idp.protocol.engine_client import EngineClient
from idp.protocol.tokens.access_token import audience_of, grant_of
from idp.protocol.tokens.token_set import TokenSets

SPEC = "RFC 7009 and RFC 7662"


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedToken:
    """A token that this provider issued; *grant* is None when a client acts for itself."""

    kind: Literal["access_token", "refresh_token"]
    client_id: ClientId
    grant: Grant | None
    is_live: bool
    claims: dict[str, Any]

    def check_client(self, client: EngineClient) -> bool:
        """Say whether the token concerns *client*: it was issued to it, or is meant for it."""
        return self.client_id == client.client.client_id or self._is_for(client)

    def _is_for(self, client: EngineClient) -> bool:
        return self.kind == "access_token" and not audience_of(self.claims).isdisjoint(
            client.client.resources
        )

    def is_expired(self) -> bool:
        """Say whether the token is of no use any more."""
        return not self.is_live

    def is_revoked(self) -> bool:
        """Say whether the token is of no use any more."""
        return not self.is_live


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedTokens:
    """Recognises tokens by their own marks; hints about their type are not needed."""

    token_sets: TokenSets
    records: Records
    clock: Clock
    find_client: Callable[[ClientId], Client | None]

    def find(self, unverified_token: str) -> IssuedToken | None:
        """Return what is known of the token, or None when we never issued it."""
        claims = self.token_sets.access_tokens.read(unverified_token)
        if claims is not None:
            return self._access(claims)
        known = self.token_sets.refresh_tokens.read(unverified_token)
        return self._refresh(*known) if known else None

    def _access(self, claims: dict[str, Any]) -> IssuedToken:
        now = self.clock.now()
        grant_id = grant_of(claims)
        grant = self._grant(grant_id) if grant_id else None
        granted = grant.is_live(now) if grant else not grant_id
        client_id = ClientId(claims["client_id"])
        granted = granted and self.find_client(client_id) is not None
        return IssuedToken(
            kind="access_token",
            client_id=client_id,
            grant=grant,
            is_live=granted and claims["exp"] > now.timestamp(),
            claims=claims,
        )

    def _refresh(self, grant_id: GrantId, refreshes: int) -> IssuedToken | None:
        grant = self._grant(grant_id)
        if grant is None:
            return None
        return IssuedToken(
            kind="refresh_token",
            client_id=grant.client_id,
            grant=grant,
            is_live=grant.is_live(self.clock.now()) and grant.refreshes == refreshes,
            claims={
                "iss": self.token_sets.access_tokens.issuer,
                "sub": grant.subject,
                "client_id": grant.client_id,
                "scope": " ".join(grant.scopes),
                "exp": int(grant.expires_at.timestamp()),
            }
            | ({"authorization_details": list(grant.details)} if grant.details else {}),
        )

    def _grant(self, grant_id: GrantId) -> Grant | None:
        with self.records.read() as work:
            return work.grants.get(grant_id)
