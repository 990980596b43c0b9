"""Clients that sign: with their private key, or with the secret that they share with us."""

from collections.abc import Collection
from dataclasses import dataclass

from joserfc.jwk import Key, OctKey

from idp.domain.algorithms import HS256, Algorithm
from idp.domain.client_secrets import unseal_secret
from idp.domain.clients import AuthMethod, Client
from idp.domain.clock import Clock
from idp.domain.registration.authentication import SIGNED_WITH
from idp.domain.sealing import Sealer
from idp.protocol.client_auth.secret import Lookup
from idp.protocol.engine_client import EngineClient
from idp.protocol.engine_request import EngineRequest
from idp.protocol.jose.client_keys import ClientKeys
from idp.protocol.jose.client_tokens import Verified, text_or_none, unverified_issuer, verify
from idp.protocol.jose.single_use import SingleUse

SPEC = "RFC 7523, OpenID Connect Core 1.0 section 9"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
# A token of another type was made for another purpose (RFC 8725 section 3.11).
TYPES = frozenset({None, "jwt", "client-authentication+jwt"})
ALGORITHMS = [*(algorithm.value for algorithm in Algorithm), HS256]
METADATA = {
    f"{endpoint}_endpoint_auth_signing_alg_values_supported": ALGORITHMS
    for endpoint in ("token", "introspection", "revocation")
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertions:
    """Authenticates clients by what they sign; *audiences* are the names that this provider goes by."""

    audiences: frozenset[str]
    keys: ClientKeys
    sealer: Sealer
    used: SingleUse
    clock: Clock

    def by_private_key(self, find: Lookup, request: EngineRequest) -> EngineClient | None:
        """Authenticate by a JWT that the client's private key signed."""
        return self._authenticate(find, request, AuthMethod.PRIVATE_KEY_JWT)

    def by_secret(self, find: Lookup, request: EngineRequest) -> EngineClient | None:
        """Authenticate by a JWT that the client's secret signed."""
        return self._authenticate(find, request, AuthMethod.SECRET_JWT)

    def _authenticate(self, find: Lookup, request: EngineRequest, method: AuthMethod) -> EngineClient | None:
        assertion = request.form.get("client_assertion")
        if assertion is None or request.form.get("client_assertion_type") != ASSERTION_TYPE:
            return None
        client_id = text_or_none(request.form.get("client_id")) or unverified_issuer(assertion)
        found = find(client_id) if client_id else None
        if found is None or found.client.auth_method is not method:
            return None
        verified = self._verify(found.client, assertion)
        return found if verified and self._is_good(verified, found.client, request) else None

    def _verify(self, client: Client, assertion: str) -> Verified | None:
        registered = client.signing.assertion
        algorithms: Collection[str] = {registered} if registered else SIGNED_WITH[client.auth_method]
        if client.auth_method is AuthMethod.PRIVATE_KEY_JWT:
            return self.keys.verify(client, assertion, algorithms)
        secret = unseal_secret(client, self.sealer)

        def shared_key(*, algorithm: str, kid: str | None) -> Key | None:
            del algorithm, kid
            return OctKey.import_key(secret) if secret else None

        return verify(assertion, shared_key, algorithms)

    def _is_good(self, verified: Verified, client: Client, request: EngineRequest) -> bool:
        claims, life = verified.claims, verified.expires_in(self.clock.now())
        return (
            verified.type in TYPES
            and claims.get("iss") == client.client_id
            and claims.get("sub") == client.client_id
            and verified.is_for({*self.audiences, request.uri})
            and verified.jti is not None
            and life is not None
            # Last, so that a refused assertion can be sent again where it was meant for.
            and self.used.claim(client.client_id, verified.jti, ttl=life)
        )
