"""The claims parameter as JSON: an object, and not a large one."""

from typing import Any

from idp.domain.errors import Refusal
from idp.protocol.authorize.strict_json import StrictJson

SPEC = "OpenID Connect Core 1.0 section 5.5"
MAX_DEPTH = 12
MAX_VALUES = 500
READER = StrictJson(
    subject="The claims parameter", error="invalid_request", max_depth=MAX_DEPTH, max_values=MAX_VALUES
)


def read_claims_json(text: str) -> dict[str, Any]:
    """Return the object that *text* is, or refuse it."""
    value = READER.read(text)
    if not isinstance(value, dict):
        raise READER.refuse("is no object")
    return value


def refuse(sentence: str) -> Refusal:
    """Return the refusal of a claims parameter."""
    return Refusal("invalid_request", sentence)
