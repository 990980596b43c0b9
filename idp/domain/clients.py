"""Relying parties and resource servers: what is known of each."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol
from urllib.parse import urlsplit

from idp.domain.algorithms import DEFAULT, Algorithm
from idp.domain.ids import ClientId
from idp.domain.lawful_basis import BY_CONSENT, Ground


class AuthMethod(StrEnum):
    """How a client proves who it is at the token endpoint (RFC 7591 section 2)."""

    BASIC = "client_secret_basic"
    POST = "client_secret_post"
    SECRET_JWT = "client_secret_jwt"
    PRIVATE_KEY_JWT = "private_key_jwt"
    NONE = "none"

    @property
    def has_secret(self) -> bool:
        """Say whether the client and we share a secret."""
        return self in {AuthMethod.BASIC, AuthMethod.POST, AuthMethod.SECRET_JWT}


class ApplicationType(StrEnum):
    """Where the client runs (OpenID Connect Registration section 2)."""

    WEB = "web"
    NATIVE = "native"


class SubjectType(StrEnum):
    """Whether each sector sees a person under a pseudonym of its own (OpenID Connect Core section 8)."""

    PAIRWISE = "pairwise"
    PUBLIC = "public"


class GrantType(StrEnum):
    """The grants of the token endpoint."""

    AUTHORIZATION_CODE = "authorization_code"
    REFRESH_TOKEN = "refresh_token"
    CLIENT_CREDENTIALS = "client_credentials"


class AccessTokenFormat(StrEnum):
    """Whether an access token can be read by whoever holds it."""

    JWT = "jwt"
    OPAQUE = "opaque"


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """The client's public keys: by value, or where they are fetched; never both."""

    jwks: dict[str, Any] | None = None
    jwks_uri: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """Who signs what how: *assertion* and *request_object* bind the client, the others bind us."""

    id_token: Algorithm = DEFAULT
    userinfo: Algorithm | None = None
    introspection: Algorithm | None = None
    assertion: str | None = None
    request_object: Algorithm | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogoutNotices:
    """Where the client is told that a session has ended, and whether it needs the session's id."""

    backchannel_uri: str | None = None
    backchannel_sid: bool = False
    frontchannel_uri: str | None = None
    frontchannel_sid: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """Pages of the client that people may be shown the way to."""

    client_uri: str | None = None
    logo_uri: str | None = None
    policy_uri: str | None = None
    tos_uri: str | None = None
    initiate_login_uri: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A relying party, or a resource server that is called at *resources*.

    *allowed_resources* are those of others that it may ask tokens for, and *authorization_details_types*
    the transactions it may ask leave for: none, unless an operator says so.
    *sector* decides which pseudonyms it sees. *sealed_secret* is kept for clients alone that sign
    with their secret; of all others only the digest is known. *registration_digest* is that of the
    registration access token of a client that registered itself. *ground* says why it may learn what
    it asks for; *logo* is a PNG in base64.
    """

    client_id: ClientId
    name: str
    name_en: str | None = None
    application_type: ApplicationType = ApplicationType.WEB
    sector: str
    sector_identifier_uri: str | None = None
    redirect_uris: tuple[str, ...]
    post_logout_redirect_uris: tuple[str, ...] = ()
    request_uris: tuple[str, ...] = ()
    auth_method: AuthMethod
    secret_digest: str | None
    sealed_secret: str | None = None
    keys: Keys = Keys()
    grant_types: frozenset[GrantType]
    scopes: frozenset[str]
    resources: tuple[str, ...] = ()
    allowed_resources: frozenset[str] = frozenset()
    authorization_details_types: frozenset[str] = frozenset()
    subject_type: SubjectType = SubjectType.PAIRWISE
    signing: Signing = Signing()
    access_token_format: AccessTokenFormat = AccessTokenFormat.JWT
    requires_pkce: bool = True
    requires_pushed: bool = False
    requires_signed_request: bool = False
    default_max_age: int | None = None
    default_acr_values: tuple[str, ...] = ()
    requires_auth_time: bool = False
    logout: LogoutNotices = LogoutNotices()
    pages: Pages = Pages()
    ground: Ground = BY_CONSENT
    logo: str | None = None
    contacts: tuple[str, ...] = ()
    created_at: datetime
    disabled_at: datetime | None = None
    registration_digest: str | None = None

    @property
    def is_public(self) -> bool:
        """Say whether the client cannot keep a secret."""
        return self.auth_method is AuthMethod.NONE

    @property
    def host(self) -> str:
        """Return the host that answers at the first redirect URI, else at the first resource, for showing."""
        places = self.redirect_uris + self.resources
        return urlsplit(places[0]).hostname or "" if places else ""

    def shown_name(self, language: str) -> str:
        """Return the name in *language*, as far as one was registered."""
        return self.name_en if language == "en" and self.name_en else self.name

    def has_secret(self, secret: str) -> bool:
        """Say whether *secret* is the client's, in constant time."""
        if self.secret_digest is None:
            return False
        return hmac.compare_digest(self.secret_digest, secret_digest(secret))


class Clients(Protocol):
    """The registered relying parties and resource servers."""

    def add(self, client: Client) -> None:
        """Store the client, or raise Conflict when its id or one of its resources is taken."""

    def replace(self, client: Client) -> bool:
        """Store the client over its older self, unless that is gone; say whether it was there.

        Raises Conflict when one of its resources is another's.
        """

    def get(self, client_id: ClientId) -> Client | None:
        """Return the client."""

    def hold(self, client_id: ClientId) -> Client | None:
        """Return the client to be changed; others who hold it wait until this unit of work ends."""

    def at_resource(self, resource: str) -> Client | None:
        """Return the client that is called at this address."""

    def all(self) -> tuple[Client, ...]:
        """Return every client, oldest first."""

    def delete(self, client_id: ClientId) -> bool:
        """Forget the client; say whether it was there."""


def secret_digest(secret: str) -> str:
    """Return what is kept of a client secret: it is random, so one fast hash is right."""
    return hashlib.sha256(secret.encode()).hexdigest()
