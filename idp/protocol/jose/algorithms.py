"""The signature algorithms of this provider, and new keys for them."""

from collections.abc import Callable

from joserfc.jwk import ECKey, Key, KeyParameters, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from idp.domain.algorithms import Algorithm

SPEC = "RFC 7518"

# RSA-2048: one signature costs 0.3 ms; RSA-3072 costs four times that and is no token's life longer.
GENERATORS: dict[str, Callable[[KeyParameters], Key]] = {
    Algorithm.RS256: lambda parameters: RSAKey.generate_key(2048, parameters),
    Algorithm.PS256: lambda parameters: RSAKey.generate_key(2048, parameters),
    Algorithm.ES256: lambda parameters: ECKey.generate_key("P-256", parameters),
    Algorithm.EDDSA: lambda parameters: OKPKey.generate_key("Ed25519", parameters),
}
ALGORITHMS = tuple(GENERATORS)
REGISTRY = JWSRegistry(algorithms=list(ALGORITHMS))


def generate_key(algorithm: str, *, kid: str) -> Key:
    """Return a new private key for *algorithm*."""
    return GENERATORS[algorithm]({"kid": kid, "use": "sig", "alg": algorithm})
