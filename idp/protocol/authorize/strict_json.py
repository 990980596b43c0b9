"""A parameter that is JSON: small, flat enough, unambiguous, and text that can be kept."""

import json
import math
from dataclasses import dataclass
from typing import Any, NoReturn

from idp.domain.errors import Refusal
from idp.domain.params import FORBIDDEN
from idp.protocol.wire import each_once

SPEC = "RFC 8259"
MAX_NUMBER = 2**53


@dataclass(frozen=True, slots=True, kw_only=True)
class StrictJson:
    """Reads the parameter that is called *subject*, or refuses it with *error*."""

    subject: str
    error: str
    max_depth: int
    max_values: int

    def read(self, text: str) -> Any:
        """Return the value that *text* is, or refuse it."""
        try:
            value = json.loads(
                text,
                object_pairs_hook=each_once,
                parse_int=_int,
                parse_float=_float,
                parse_constant=_constant,
            )
        except (ValueError, RecursionError):
            raise self.refuse("is no JSON") from None
        if self._count(value, self.max_depth) > self.max_values:
            raise self.refuse("is too large")
        return value

    def refuse(self, fault: str) -> Refusal:
        """Return the refusal of a parameter that has the *fault*."""
        return Refusal(self.error, f"{self.subject} {fault}.")

    def _count(self, value: Any, depth: int) -> int:
        if depth == 0:
            raise self.refuse("is nested too deeply")
        if isinstance(value, dict):
            return 1 + sum(
                self._count(name, depth) + self._count(each, depth - 1) for name, each in value.items()
            )
        if isinstance(value, list):
            return 1 + sum(self._count(each, depth - 1) for each in value)
        if isinstance(value, str) and FORBIDDEN.search(value):
            raise self.refuse("holds a forbidden character")
        return 1


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
