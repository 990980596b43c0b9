"""Random identifiers and secrets, the only source of either."""

import hashlib
import secrets
from base64 import urlsafe_b64encode
from typing import NewType

PersonId = NewType("PersonId", str)
ClientId = NewType("ClientId", str)
GrantId = NewType("GrantId", str)
SessionId = NewType("SessionId", str)
InteractionId = NewType("InteractionId", str)

ID_BYTES = 16
SECRET_BYTES = 32


def random_id() -> str:
    """Return 128 random bits as 22 characters of base64url; none begins like an option of a command."""
    while (made := secrets.token_urlsafe(ID_BYTES)).startswith("-"):
        pass
    return made


def random_secret() -> str:
    """Return 256 random bits as 43 characters of base64url."""
    return secrets.token_urlsafe(SECRET_BYTES)


def digest(value: str) -> str:
    """Return SHA-256 of *value* as base64url without padding: how random secrets are kept at rest."""
    return base64url(hashlib.sha256(value.encode()).digest())


def base64url(octets: bytes) -> str:
    """Encode without padding, as RFC 7515 section 2 does."""
    return urlsafe_b64encode(octets).rstrip(b"=").decode("ascii")
