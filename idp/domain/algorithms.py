"""The names of the signature algorithms that are used here (RFC 7518, RFC 8037)."""

from enum import StrEnum


class Algorithm(StrEnum):
    """Asymmetric signatures: the provider signs with any of them, clients may too."""

    RS256 = "RS256"
    PS256 = "PS256"
    ES256 = "ES256"
    EDDSA = "EdDSA"


DEFAULT = Algorithm.RS256
# A client secret as key: for client_secret_jwt alone.
HS256 = "HS256"
