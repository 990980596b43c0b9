"""Answers of the protocol as plain values, and what JSON must keep to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class SignedBody:
    """A body that is a JWT, and its media type."""

    token: str
    media_type: str


@dataclass(frozen=True, slots=True)
class WireAnswer:
    """An answer: status, a body in JSON or signed, and headers beyond the usual."""

    status: int
    body: Mapping[str, Any] | SignedBody
    headers: tuple[tuple[str, str], ...] = ()


def each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object's members, or raise ValueError: RFC 8259 leaves open which of two counts."""
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("A member is given twice.")
    return members
