"""UserInfo: the claims that the token's grant releases, as they are now."""

from dataclasses import dataclass
from typing import Any

from idp.domain.claims import Catalogue, release
from idp.domain.clock import Clock, civil_date
from idp.domain.errors import Refusal
from idp.domain.grants import OPENID
from idp.domain.work import Records
from idp.protocol.endpoints.bearer import read_bearer
from idp.protocol.tokens.access_token import AccessTokens

SPEC = "OpenID Connect Core 1.0 section 5.3"
PATH = "/userinfo"
METADATA = {"userinfo_endpoint": PATH, "claim_types_supported": ["normal"]}


@dataclass(frozen=True, slots=True, kw_only=True)
class UserInfo:
    """Answers with the claims of a person."""

    access_tokens: AccessTokens
    records: Records
    catalogue: Catalogue
    clock: Clock

    def answer(self, authorization: str) -> dict[str, Any]:
        """Return ``sub`` and the released claims, or refuse a token without a living grant."""
        access = self.access_tokens.check(read_bearer(authorization))
        if access.grant_id is None or OPENID not in access.scopes:
            raise Refusal("insufficient_scope", "The token has no scope openid.", status=403)
        now = self.clock.now()
        with self.records.read() as work:
            grant = work.grants.get(access.grant_id)
            if grant is None or not grant.is_live(now):
                raise Refusal("invalid_token", "The access token was revoked.", status=401)
            person = work.persons.get(grant.person_id)
        if person is None:
            raise Refusal("invalid_token", "The access token was revoked.", status=401)
        claims = release(person, access.scopes, self.catalogue, today=civil_date(now))
        return {"sub": grant.subject} | claims
