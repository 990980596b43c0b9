"""The claims parameter as JSON: small, flat enough, unambiguous, and text that can be kept."""

import json
import math
from typing import Any, NoReturn

from idp.domain.errors import Refusal
from idp.domain.params import FORBIDDEN
from idp.protocol.wire import each_once

SPEC = "RFC 8259"
MAX_DEPTH = 12
MAX_VALUES = 500
MAX_NUMBER = 2**53


def read_claims_json(text: str) -> dict[str, Any]:
    """Return the object that *text* is, or refuse it."""
    try:
        value = json.loads(
            text, object_pairs_hook=each_once, parse_int=_int, parse_float=_float, parse_constant=_constant
        )
    except (ValueError, RecursionError):
        raise refuse("The claims parameter is no JSON.") from None
    if not isinstance(value, dict):
        raise refuse("The claims parameter is no object.")
    if _count(value, MAX_DEPTH) > MAX_VALUES:
        raise refuse("The claims parameter is too large.")
    return value


def refuse(sentence: str) -> Refusal:
    """Return the refusal of a claims parameter."""
    return Refusal("invalid_request", sentence)


def _int(digits: str) -> int:
    number = int(digits)
    if abs(number) > MAX_NUMBER:
        raise ValueError("A number is too large.")
    return number


def _float(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("A number is too large.")
    return number


def _constant(name: str) -> NoReturn:
    del name
    raise ValueError("NaN and Infinity are no JSON.")


def _count(value: Any, depth: int) -> int:
    if depth == 0:
        raise refuse("The claims parameter is nested too deeply.")
    if isinstance(value, dict):
        return 1 + sum(_count(name, depth) + _count(each, depth - 1) for name, each in value.items())
    if isinstance(value, list):
        return 1 + sum(_count(each, depth - 1) for each in value)
    if isinstance(value, str) and FORBIDDEN.search(value):
        raise refuse("The claims parameter holds a forbidden character.")
    return 1
