"""The claims of a request object, as the parameters that they stand for."""

import json
from collections.abc import Mapping
from typing import Any

from idp.domain.clients import Client
from idp.domain.errors import Refusal
from idp.domain.params import Params, read_params

SPEC = "RFC 9101 section 4"
# What speaks of the object itself.
ABOUT = frozenset({"iss", "aud", "exp", "nbf", "iat", "jti"})
# One object within another; and with a sub it could pass for a client assertion (section 10.8).
REFUSED = frozenset({"request", "request_uri", "sub"})
TEXTS = frozenset(
    {"response_type", "response_mode", "redirect_uri", "scope", "state", "nonce", "display", "prompt"}
    | {"ui_locales", "claims_locales", "id_token_hint", "login_hint", "acr_values"}
    | {"client_id", "code_challenge", "code_challenge_method"}
)
NUMBERS = frozenset({"max_age"})
OBJECTS = frozenset({"claims"})
LISTS = frozenset({"resource"})
LISTS_OF_OBJECTS = frozenset({"authorization_details"})
KNOWN = TEXTS | NUMBERS | OBJECTS | LISTS | LISTS_OF_OBJECTS


def read_inside(claims: Mapping[str, Any], client: Client) -> Params:
    """Return the parameters, or refuse what cannot be one, and another client's name."""
    if REFUSED & claims.keys():
        raise _refuse("The request object holds what it must not hold.")
    if claims.get("client_id", client.client_id) != client.client_id:
        raise _refuse("The client_id inside the request object differs.")
    said = {name: _text(name, value) for name, value in claims.items() if _counts(name, value)}
    try:
        return {**read_params(said.items()), "client_id": client.client_id}
    except Refusal as refusal:
        raise _refuse(refusal.description) from None


def _counts(name: str, value: Any) -> bool:
    # Members that nobody here knows may hold anything.
    return name not in ABOUT and (isinstance(value, str) or name in KNOWN)


def _text(name: str, value: Any) -> str:
    if isinstance(value, str):
        return value
    if name in NUMBERS and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if name in OBJECTS and isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    if name in LISTS and isinstance(value, list) and all(isinstance(each, str) for each in value):
        return " ".join(value)
    if name in LISTS_OF_OBJECTS and isinstance(value, list) and all(isinstance(each, dict) for each in value):
        return json.dumps(value, ensure_ascii=False)
    raise _refuse("The request object holds a value of a wrong type.")


def _refuse(sentence: str) -> Refusal:
    return Refusal("invalid_request_object", sentence)
