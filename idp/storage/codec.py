"""Frozen values as JSON text and back."""

import json
from datetime import date
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter

T = TypeVar("T")


class Codec(Generic[T]):
    """Writes values of one frozen dataclass and reads them again.

    Equal values give equal text in every process, so texts can be compared in their place.
    """

    def __init__(self, kind: type[T]) -> None:
        self._adapter = TypeAdapter(kind)

    def encode(self, value: T) -> str:
        """Return the value as JSON."""
        return to_json(self._adapter.dump_python(value))

    def decode(self, text: str | bytes) -> T:
        """Return the value; raises ValueError when *text* is none."""
        return self._adapter.validate_json(text)


def to_json(value: Any) -> str:
    """Return *value* as compact JSON: moments and days in ISO 8601, sets sorted."""
    return json.dumps(value, default=_plain, ensure_ascii=False, separators=(",", ":"))


def _plain(value: object) -> str | list[str]:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON.")
