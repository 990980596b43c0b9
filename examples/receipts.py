"""Checking a receipt: that the provider signed it, for us, whether or not the key still signs today."""

import base64
import json
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from examples.resource_server import ALGORITHMS

TYPE = "receipt+jwt"


class ReceiptError(Exception):
    """The receipt proves nothing."""


def verify_receipt(receipt: str, key_history: str, *, issuer: str, client_id: str) -> dict[str, Any]:
    """Return what the receipt says, or raise ReceiptError.

    *key_history* is the provider's document of its keys of all times, fetched from the provider itself
    (or kept since), so that its keys can be believed. A key that was revoked vouches for nothing.
    """
    try:
        keys = {each["kid"]: each for each in _payload(key_history)["keys"]}
        known = keys[json.loads(_decode(receipt.split(".", maxsplit=1)[0]))["kid"]]
        if "revoked" in known:
            raise ReceiptError
        members = {name: value for name, value in known.items() if name not in {"iat", "exp"}}
        registry = jws.JWSRegistry(algorithms=ALGORITHMS)
        read = jwt.decode(receipt, KeySet.import_key_set({"keys": [members]}), registry=registry)
        claims = dict(read.claims)
        is_ours = claims["iss"] == issuer and claims["aud"] == client_id
        is_in_time = known["iat"] <= claims["iat"] <= known.get("exp", claims["iat"])
    except (JoseError, ValueError, KeyError, TypeError, IndexError) as error:
        raise ReceiptError from error
    if read.header.get("typ") != TYPE or not is_ours or not is_in_time:
        raise ReceiptError
    return claims


def _payload(token: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(_decode(token.split(".")[1]))
    return told


def _decode(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
