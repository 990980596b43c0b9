"""What a client that registers itself may say, and what is decided for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from idp.domain.clients import AuthMethod, Client, GrantType, SubjectType
from idp.domain.grants import OPENID
from idp.domain.ids import ClientId
from idp.domain.registration.members import Members
from idp.domain.registration.metadata import MetadataRules

SPEC = "RFC 7591, OpenID Connect Dynamic Client Registration 1.0"
# Members that only an operator sets: here they are neither read nor shown.
OPERATORS_OWN = frozenset(
    {
        "sector",
        "resources",
        "allowed_resources",
        "authorization_details_types",
        "require_pkce",
        "disabled",
        "lawful_basis",
        "statute",
        "statute#en",
    }
)
NAMELESS = "Client"


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfRegistrationRules:
    """Reads metadata from strangers; *scopes* are all they may ask for.

    *takes_loopback* lets web clients answer at http on the registering machine itself, as developers
    need it while the provider runs there too.
    """

    rules: MetadataRules
    scopes: frozenset[str]
    requires_pkce: bool
    takes_loopback: bool

    def read(self, given: Mapping[str, Any], *, client_id: ClientId, created_at: datetime) -> Client:
        """Return the client, as yet without a secret, or refuse.

        Scopes beyond those allowed are left out (RFC 7591 section 3.2.1); who names none gets all.
        """
        members = Members({name: value for name, value in given.items() if name not in OPERATORS_OWN})
        public = members.text("token_endpoint_auth_method") == AuthMethod.NONE
        decided = {
            "client_id": client_id,
            "client_name": members.text("client_name") or _host(members),
            "scope": " ".join({OPENID, *self._scopes(members)}),
            "grant_types": list(members.texts("grant_types")) or [GrantType.AUTHORIZATION_CODE],
            "require_pkce": self.requires_pkce or public,
        }
        if members.text("subject_type") == SubjectType.PUBLIC:
            # A subject that every portal knows would join what strangers learn.
            decided["subject_type"] = SubjectType.PAIRWISE
        return self.rules.read(
            {**members.given, **decided}, created_at=created_at, loopback=self.takes_loopback
        )

    def _scopes(self, members: Members) -> frozenset[str]:
        asked = (members.text("scope") or "").split()
        return self.scopes & frozenset(asked) if asked else self.scopes


def _host(members: Members) -> str:
    # A URI that cannot be read is refused later, by the rules for redirect URIs.
    first = next(iter(members.texts("redirect_uris")), "")
    try:
        return urlsplit(first).hostname or urlsplit(first).scheme or NAMELESS
    except ValueError:
        return NAMELESS
