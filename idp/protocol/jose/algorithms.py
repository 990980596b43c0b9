"""The signature algorithms of this provider, and new keys for them."""

from collections.abc import Callable
from typing import Any

from joserfc.errors import UnsupportedAlgorithmError
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


class Registry(JWSRegistry):
    """Exactly the algorithms it is given.

    joserfc warns of EdDSA, which RFC 9864 wants called Ed25519; clients know it by its older name.
    """

    def get_alg(self, name: str) -> Any:  # joserfc does not export the type
        """Return the algorithm, or refuse one that is not among the given."""
        if name not in (self.allowed or ()):
            raise UnsupportedAlgorithmError
        return self.algorithms[name]


REGISTRY = Registry(algorithms=list(ALGORITHMS))


def generate_key(algorithm: str, *, kid: str) -> Key:
    """Return a new private key for *algorithm*."""
    return GENERATORS[algorithm]({"kid": kid, "use": "sig", "alg": algorithm})
