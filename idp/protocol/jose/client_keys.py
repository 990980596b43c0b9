"""Public keys of clients: which of them can check a signature."""

from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from idp.domain.registration.members import refuse

SPEC = "RFC 7517"


def check_public_keys(jwks: Any) -> None:
    """Refuse a key set that holds a key which cannot be used."""
    try:
        KeySet.import_key_set(jwks)
    except (JoseError, ValueError, TypeError, KeyError):
        raise refuse("The member jwks holds a key that cannot be read.") from None
