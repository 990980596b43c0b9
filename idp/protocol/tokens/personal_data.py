"""A person's own data, signed, so that whoever is shown it can check where it comes from.

It is no token: its type, its audience and what it lacks (``sub``, ``exp``, ``client_id``) keep it from
being taken for one (RFC 8725 sections 3.11 and 3.12).
"""

from dataclasses import dataclass
from typing import Any

from idp.domain.clock import Clock
from idp.domain.ids import random_id
from idp.protocol.jose.keyring import Keyring

SPEC = "RFC 7519"
TYPE = "personal-data+jwt"
MEDIA_TYPE = "application/jwt"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalData:
    """Signs copies; *audience* is a name that no relying party has."""

    keyring: Keyring
    issuer: str
    audience: str
    clock: Clock

    def sign(self, copy: dict[str, Any]) -> str:
        """Return *copy* as a JWT."""
        claims = {
            "iss": self.issuer,
            "aud": self.audience,
            "iat": int(self.clock.now().timestamp()),
            "jti": random_id(),
            "personal_data": copy,
        }
        return self.keyring.sign(claims, typ=TYPE)
