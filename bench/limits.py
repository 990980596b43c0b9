"""What the cryptography alone costs on this machine, in one thread."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import argon2
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jwt
from joserfc.jwk import RSAKey

from idp.domain.algorithms import Algorithm
from idp.settings import load_settings

BITS = 2048
EXPONENT = 65537
MESSAGE = b"x" * 600  # as long as the header and the payload of an ID token
CLAIMS = dict.fromkeys(("iss", "sub", "aud", "sid", "nonce", "acr", "at_hash", "jti"), "x" * 24)


@dataclass(frozen=True, slots=True)
class Limit:
    """A piece of work that is done *count* times a round."""

    name: str
    count: int
    work: Callable[[], object]

    def measure(self) -> float:
        """Return the milliseconds of CPU time that it costs once."""
        begun = time.process_time()
        for _ in range(self.count):
            self.work()
        return (time.process_time() - begun) * 1000 / self.count


def limits() -> tuple[Limit, ...]:
    """Return the limits, with keys of their own and the settings' password parameters."""
    rsa, cost = generate_private_key(EXPONENT, BITS), load_settings().passwords
    key = RSAKey.generate_key(BITS)
    hasher = argon2.PasswordHasher(
        time_cost=cost.iterations, memory_cost=cost.memory_kib, parallelism=cost.lanes
    )
    hashed = hasher.hash("a password")
    return (
        Limit("signature", 400, lambda: rsa.sign(MESSAGE, PKCS1v15(), SHA256())),
        Limit("jwt", 400, lambda: jwt.encode({"alg": Algorithm.RS256.value}, CLAIMS, key)),
        Limit("hash", 12, lambda: hasher.verify(hashed, "a password")),
    )
