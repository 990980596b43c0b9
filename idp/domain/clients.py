"""Relying parties: what was registered, and the rules for registering it."""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from urllib.parse import urlsplit

from idp.domain.errors import Refusal
from idp.domain.ids import ClientId

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
# RFC 3986: what a URI may be written with; everything else must be percent-encoded.
URI = re.compile(r"[A-Za-z0-9:/?#@!$&'()*+,;=._~%\[\]-]{1,2000}", re.ASCII)
HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|[0-9a-f:]*:[0-9a-f:.]*", re.ASCII)
# RFC 8252 section 7.1: private-use schemes are reverse domain names.
PRIVATE_SCHEME = re.compile(r"[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+", re.ASCII)
MAX_NAME = 200


class AuthMethod(StrEnum):
    """How a client proves who it is at the token endpoint (RFC 7591 section 2)."""

    BASIC = "client_secret_basic"
    POST = "client_secret_post"
    NONE = "none"


class SubjectType(StrEnum):
    """Whether each sector sees a person under a pseudonym of its own (OpenID Connect Core section 8)."""

    PAIRWISE = "pairwise"
    PUBLIC = "public"


class GrantType(StrEnum):
    """The grants of the token endpoint."""

    AUTHORIZATION_CODE = "authorization_code"
    REFRESH_TOKEN = "refresh_token"
    CLIENT_CREDENTIALS = "client_credentials"


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A relying party; *sector* decides which pseudonyms it sees."""

    client_id: ClientId
    name: str
    name_en: str | None = None
    sector: str
    redirect_uris: tuple[str, ...]
    post_logout_redirect_uris: tuple[str, ...] = ()
    auth_method: AuthMethod
    secret_digest: str | None
    grant_types: frozenset[GrantType]
    scopes: frozenset[str]
    subject_type: SubjectType = SubjectType.PAIRWISE
    requires_pushed: bool = False
    created_at: datetime

    @property
    def is_public(self) -> bool:
        """Say whether the client cannot keep a secret."""
        return self.auth_method is AuthMethod.NONE

    @property
    def host(self) -> str:
        """Return the host that answers at the first redirect URI, for showing."""
        return urlsplit(self.redirect_uris[0]).hostname or "" if self.redirect_uris else ""

    def shown_name(self, language: str) -> str:
        """Return the name in *language*, as far as one was registered."""
        return self.name_en if language == "en" and self.name_en else self.name

    def has_secret(self, secret: str) -> bool:
        """Say whether *secret* is the client's, in constant time."""
        if self.secret_digest is None:
            return False
        return hmac.compare_digest(self.secret_digest, secret_digest(secret))


class Clients(Protocol):
    """The registered relying parties."""

    def add(self, client: Client) -> None:
        """Store the client, or raise Conflict when its id is taken."""

    def get(self, client_id: ClientId) -> Client | None:
        """Return the client."""

    def all(self) -> tuple[Client, ...]:
        """Return every client, oldest first."""

    def delete(self, client_id: ClientId) -> bool:
        """Forget the client; say whether it was there."""


def secret_digest(secret: str) -> str:
    """Return what is kept of a client secret: it is random, so one fast hash is right."""
    return hashlib.sha256(secret.encode()).hexdigest()


def check_redirect_uri(uri: str, *, public: bool) -> str:
    """Return *uri*, or refuse what could send a code astray (RFC 9700 section 4.1, RFC 8252)."""
    if not URI.fullmatch(uri):
        raise _refuse("A redirect URI is not a URI of ASCII characters.")
    try:
        parts = urlsplit(uri)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise _refuse("A redirect URI cannot be read.") from None
    if host and (not HOST.fullmatch(host) or (port is None and parts.netloc.endswith(":"))):
        raise _refuse("A redirect URI has a host that cannot be one.")
    if "#" in uri or "@" in parts.netloc or "*" in parts.netloc:
        raise _refuse("A redirect URI holds a fragment, user information or a wildcard.")
    if any(segment in {"..", "."} for segment in parts.path.split("/")):
        raise _refuse("A redirect URI holds dot segments.")
    if parts.scheme == "https" and host:
        return uri
    if parts.scheme == "http" and host in LOOPBACK:
        return uri
    if public and PRIVATE_SCHEME.fullmatch(parts.scheme):
        return uri
    raise _refuse("A redirect URI is https, or http on a loopback address.")


def sector_of(name: str | None, redirect_uris: tuple[str, ...]) -> str:
    """Return the sector: the legal entity when one is named, else the one host of the redirect URIs.

    Raises Refusal when several hosts leave it open which pseudonyms are meant (OpenID Connect
    Core section 8.1).
    """
    if name:
        return f"entity:{name}"
    hosts = {urlsplit(uri).hostname or urlsplit(uri).scheme for uri in redirect_uris}
    if len(hosts) != 1:
        raise _refuse("Redirect URIs on several hosts need a named sector.")
    return f"host:{hosts.pop()}"


def check_client_name(text: str) -> str:
    """Return the name that people will read, or refuse an empty, long or unprintable one."""
    name = " ".join(text.split())
    if not 1 <= len(name) <= MAX_NAME or not name.isprintable():
        raise _refuse("A client name has 1 to 200 printable characters.")
    return name


def _refuse(sentence: str) -> Refusal:
    return Refusal("invalid_client_metadata", sentence)
