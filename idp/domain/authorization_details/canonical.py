"""The one way to write a JSON value, so that equal values have equal hashes (RFC 8785).

Numbers are whole: the way that RFC 8785 writes fractions is needed nowhere here.
"""

import json
from collections.abc import Mapping
from typing import Any

MAX_NUMBER = 2**53 - 1


def canonical(value: Any) -> bytes:
    """Return *value* as RFC 8785 writes it, or raise ValueError when it is not of the kinds taken here."""
    return _text(value).encode("utf-8")


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        # Section 3.2.3: by UTF-16 code units, which is not the order of code points.
        names = sorted(value, key=_utf16)
        return "{" + ",".join(f"{_text(name)}:{_text(value[name])}" for name in names) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_text, value)) + "]"
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > MAX_NUMBER:
        raise ValueError("A number is too large.")
    if value is None or isinstance(value, str | int):
        return json.dumps(value, ensure_ascii=False)
    raise ValueError("A value has no canonical form.")


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-be")
