"""UserInfo: the claims that the token's grant releases, as they are now."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from idp.domain.algorithms import Algorithm
from idp.domain.claims.answer import fulfil
from idp.domain.claims.catalogue import Catalogue, release
from idp.domain.clients import Client
from idp.domain.clock import Clock, civil_date
from idp.domain.errors import Refusal
from idp.domain.grants import OPENID
from idp.domain.ids import ClientId
from idp.domain.params import Params
from idp.domain.work import Records
from idp.protocol.endpoints.bearer import read_bearer
from idp.protocol.tokens.access_token import AccessTokens
from idp.protocol.wire import SignedBody, WireAnswer

SPEC = "OpenID Connect Core 1.0 section 5.3"
PATH = "/userinfo"
METADATA = {
    "userinfo_endpoint": PATH,
    "claim_types_supported": ["normal"],
    "userinfo_signing_alg_values_supported": [algorithm.value for algorithm in Algorithm],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class UserInfo:
    """Answers with the claims of a person."""

    access_tokens: AccessTokens
    records: Records
    catalogue: Catalogue
    clock: Clock
    find_client: Callable[[ClientId], Client | None]

    def answer(self, authorization: str, form: Params | None = None) -> WireAnswer:
        """Return ``sub`` and the released claims, signed for a client that wants it so.

        Refuses a token without a living grant of a client that is still known.
        """
        access = self.access_tokens.check(read_bearer(authorization, form))
        if access.grant_id is None or OPENID not in access.scopes:
            raise Refusal("insufficient_scope", "The token has no scope openid.", status=403)
        now = self.clock.now()
        with self.records.read() as work:
            known = work.grants.with_person(access.grant_id)
        grant, person = known or (None, None)
        client = self.find_client(grant.client_id) if grant and grant.is_live(now) else None
        if grant is None or person is None or person.closes_at or client is None:
            raise Refusal("invalid_token", "The access token was revoked.", status=401)
        claims = release(person, access.scopes, self.catalogue, today=civil_date(now))
        wishes = grant.claims.userinfo.without(frozenset(grant.scopes) - access.scopes)
        more = fulfil(person, wishes, self.catalogue, subject=grant.subject, now=now)
        return self._signed({"sub": grant.subject} | claims | more, client)

    def _signed(self, claims: dict[str, Any], client: Client) -> WireAnswer:
        algorithm = client.signing.userinfo
        if algorithm is None:
            return WireAnswer(200, claims)
        tokens = self.access_tokens
        whole = {"iss": tokens.issuer, "aud": client.client_id} | claims
        signed = tokens.keyring.sign(whole, typ="JWT", algorithm=algorithm)
        return WireAnswer(200, SignedBody(signed, "application/jwt"))
