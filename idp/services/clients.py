"""Registering relying parties, finding them quickly, removing them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from idp.domain.audit import ClientDeleted, ClientRegistered
from idp.domain.clients import (
    AuthMethod,
    Client,
    GrantType,
    SubjectType,
    check_client_name,
    check_redirect_uri,
    secret_digest,
    sector_of,
)
from idp.domain.clock import Clock
from idp.domain.errors import Refusal
from idp.domain.freshness import MAX_AGE
from idp.domain.grants import OPENID
from idp.domain.ids import ClientId, random_id, random_secret
from idp.domain.work import Records

MAX_CACHED = 10_000
Metadata = Mapping[str, Any]
E = TypeVar("E", AuthMethod, GrantType, SubjectType)


@dataclass(frozen=True, slots=True)
class ClientRegistry:
    """Looks clients up, remembering each for a second."""

    records: Records
    clock: Clock
    _seen: dict[ClientId, tuple[datetime, Client]] = field(default_factory=dict)

    def find(self, client_id: ClientId) -> Client | None:
        """Return the client; unknown ones are asked for each time, so that new ones appear at once."""
        now = self.clock.now()
        seen = self._seen.get(client_id)
        if seen and now - seen[0] < MAX_AGE:
            return seen[1]
        with self.records.read() as work:
            client = work.clients.get(client_id)
        if client is None:
            self._seen.pop(client_id, None)
            return None
        if len(self._seen) >= MAX_CACHED:
            self._seen.clear()
        self._seen[client_id] = (now, client)
        return client


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterClient:
    """Registers a client from RFC 7591 metadata; *known_scopes* are all there are."""

    records: Records
    clock: Clock
    known_scopes: frozenset[str]

    def register(self, metadata: Metadata, *, replace: bool = False) -> tuple[Client, str | None]:
        """Return the new client and its secret, which is shown this once, or refuse.

        With *replace* an older client of the same id makes way; otherwise that is a Conflict.

        ``sector`` and ``client_id`` are members of ours: the legal entity, and an id that moves in.
        """
        method = _one_of(AuthMethod, metadata.get("token_endpoint_auth_method", AuthMethod.BASIC))
        public = method is AuthMethod.NONE
        redirect_uris = tuple(
            check_redirect_uri(uri, public=public) for uri in _texts(metadata, "redirect_uris")
        )
        secret = None if public else random_secret()
        client = Client(
            client_id=ClientId(_text(metadata, "client_id") or random_id()),
            name=check_client_name(_text(metadata, "client_name") or ""),
            name_en=_text(metadata, "client_name#en"),
            sector=sector_of(_text(metadata, "sector"), redirect_uris),
            redirect_uris=redirect_uris,
            post_logout_redirect_uris=tuple(
                check_redirect_uri(uri, public=public)
                for uri in _texts(metadata, "post_logout_redirect_uris")
            ),
            auth_method=method,
            secret_digest=secret_digest(secret) if secret else None,
            grant_types=self._grant_types(metadata, redirect_uris, public=public),
            scopes=self._scopes(metadata) | {OPENID},
            subject_type=_one_of(SubjectType, metadata.get("subject_type", SubjectType.PAIRWISE)),
            requires_pushed=metadata.get("require_pushed_authorization_requests") is True,
            created_at=self.clock.now(),
        )
        with self.records.begin() as work:
            if replace:
                work.clients.delete(client.client_id)
            work.clients.add(client)
            work.audit.append(ClientRegistered(at=client.created_at, client_id=client.client_id))
        return client, secret

    def _scopes(self, metadata: Metadata) -> frozenset[str]:
        scopes = frozenset((_text(metadata, "scope") or f"{OPENID} profile").split())
        # A scope with a colon is a resource server's own, such as fund:read; others are ours.
        if any(scope not in self.known_scopes and ":" not in scope for scope in scopes):
            raise Refusal("invalid_client_metadata", "The scope has an unknown value.")
        return scopes

    def _grant_types(
        self, metadata: Metadata, redirect_uris: tuple[str, ...], *, public: bool
    ) -> frozenset[GrantType]:
        usual = [GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN]
        if not public:
            usual.append(GrantType.CLIENT_CREDENTIALS)
        named = _texts(metadata, "grant_types") or tuple(usual)
        grant_types = frozenset(_one_of(GrantType, each) for each in named)
        if public and GrantType.CLIENT_CREDENTIALS in grant_types:
            raise Refusal("invalid_client_metadata", "A public client cannot act for itself.")
        if GrantType.AUTHORIZATION_CODE in grant_types and not redirect_uris:
            raise Refusal("invalid_redirect_uri", "At least one redirect URI is needed.")
        return grant_types


def delete_client(records: Records, client_id: ClientId, clock: Clock) -> bool:
    """Remove the client with every grant and consent to it; say whether it was there."""
    with records.begin() as work:
        if not work.clients.delete(client_id):
            return False
        work.grants.revoke_of_client(client_id, clock.now())
        work.consents.delete_of_client(client_id)
        work.audit.append(ClientDeleted(at=clock.now(), client_id=client_id))
        return True


def describe_client(client: Client, secret: str | None = None) -> dict[str, Any]:
    """Return the client as RFC 7591 metadata; *secret* only when it was just made."""
    shown: dict[str, Any] = {
        "client_id": client.client_id,
        "client_secret": secret,
        "client_name": client.name,
        "client_name#en": client.name_en,
        "sector": client.sector,
        "redirect_uris": list(client.redirect_uris),
        "post_logout_redirect_uris": list(client.post_logout_redirect_uris),
        "token_endpoint_auth_method": client.auth_method.value,
        "grant_types": sorted(client.grant_types),
        "scope": " ".join(sorted(client.scopes)),
        "subject_type": client.subject_type.value,
        "require_pushed_authorization_requests": client.requires_pushed or None,
        "client_id_issued_at": int(client.created_at.timestamp()),
    }
    if secret:
        shown["client_secret_expires_at"] = 0
    return {name: value for name, value in shown.items() if value is not None}


def _text(metadata: Metadata, name: str) -> str | None:
    value = metadata.get(name)
    if value is not None and not isinstance(value, str):
        raise Refusal("invalid_client_metadata", f"The member {name} is not a text.")
    return value or None


def _texts(metadata: Metadata, name: str) -> tuple[str, ...]:
    values = metadata.get(name) or []
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise Refusal("invalid_client_metadata", f"The member {name} is not a list of texts.")
    return tuple(values)


def _one_of(kind: type[E], value: Any) -> E:
    try:
        return kind(value)
    except ValueError:
        raise Refusal("invalid_client_metadata", "A member has an unsupported value.") from None
