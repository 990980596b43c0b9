"""The keyring: the one active key signs, every published key verifies."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key, import_key

from idp.domain.algorithms import DEFAULT, Algorithm
from idp.domain.clock import Clock
from idp.domain.errors import Unavailable
from idp.domain.freshness import Fresh
from idp.domain.ids import random_id
from idp.domain.keys import PUBLISHED, KeyState, SigningKey
from idp.domain.sealing import Sealer
from idp.protocol.jose.algorithms import REGISTRY, generate_key

SPEC = "RFC 7517"
PATH = "/jwks"
METADATA = {"jwks_uri": PATH}


@dataclass(frozen=True, slots=True)
class Ring:
    """The keys in force: *signing* by algorithm, *verifying* by kid, and the document that shows them."""

    signing: dict[str, Key]
    verifying: dict[str, Key]
    jwks: dict[str, Any]


class Keyring:
    """Signs and verifies JWTs; private keys are unsealed once and then stay in memory."""

    def __init__(self, load: Callable[[], tuple[SigningKey, ...]], *, sealer: Sealer, clock: Clock) -> None:
        """Take where the keys are loaded from, and what unseals them."""
        self._load = load
        self._sealer = sealer
        self._unsealed: dict[str, Key] = {}
        self._ring = Fresh(self._build, clock)

    def sign(self, claims: dict[str, Any], *, typ: str, algorithm: Algorithm = DEFAULT) -> str:
        """Return *claims* as a JWT of type *typ*, signed by the active key of *algorithm* under its kid."""
        key = self._ring.get().signing.get(algorithm)
        if key is None:
            raise Unavailable("There is no active signing key.")
        header = {"alg": algorithm.value, "kid": key.kid, "typ": typ}
        return jwt.encode(header, claims, key, registry=REGISTRY)

    def verify(self, token: str, *, typ: str) -> dict[str, Any] | None:
        """Return the claims of a JWT of type *typ* that a published key signed, or None.

        The algorithm is the key's, never the token's choice. Expiry is the caller's to judge.
        """
        try:
            verified = jwt.decode(token, partial(_find, self._ring.get()), registry=REGISTRY)
        except (JoseError, ValueError, TypeError):  # joserfc trips over headers of wrong types
            return None
        return verified.claims if verified.header.get("typ") == typ else None

    def jwks(self) -> dict[str, Any]:
        """Return the published keys: pending, active and retiring ones."""
        return self._ring.get().jwks

    def _build(self) -> Ring:
        published = [key for key in self._load() if key.state in PUBLISHED]
        active = [key for key in published if key.state is KeyState.ACTIVE]
        return Ring(
            signing={key.algorithm: self._unseal(key) for key in active},
            verifying={key.kid: import_key(key.public_jwk) for key in published},
            jwks={"keys": [key.public_jwk for key in published]},
        )

    def _unseal(self, key: SigningKey) -> Key:
        if key.kid not in self._unsealed:
            private = self._sealer.open(key.sealed_private, context=f"signing-key:{key.kid}")
            self._unsealed[key.kid] = import_key(json.loads(private))
        return self._unsealed[key.kid]


def new_signing_key(algorithm: str, *, sealer: Sealer, clock: Clock) -> SigningKey:
    """Return a fresh pending key, its private half sealed."""
    kid, now = random_id(), clock.now()
    key = generate_key(algorithm, kid=kid)
    private = json.dumps(key.as_dict(private=True)).encode()
    return SigningKey(
        kid=kid,
        algorithm=algorithm,
        state=KeyState.PENDING,
        public_jwk=dict(key.as_dict(private=False)),
        sealed_private=sealer.seal(private, context=f"signing-key:{kid}"),
        created_at=now,
        changed_at=now,
    )


def _find(ring: Ring, token: Any) -> Key:
    header = token.headers()
    key = ring.verifying.get(str(header.get("kid")))
    if key is None or key.alg != header.get("alg"):
        raise ValueError("No published key signed this.")
    return key
