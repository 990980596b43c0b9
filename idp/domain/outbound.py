"""Reaching out: programs of relying parties, at addresses that they gave."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """An answer from outside; *media_type* in lower case, without parameters."""

    status: int
    media_type: str
    body: bytes


class Outbound(Protocol):
    """Programs of relying parties, reached at addresses that they gave.

    Redirects are not followed. Both verbs raise Unavailable when the place cannot or must not be
    reached, and return whatever status it answers with.
    """

    def get(self, url: str, *, accept: str = "application/json") -> Fetched:
        """Fetch what is at *url*."""

    def post(self, url: str, form: Mapping[str, str]) -> Fetched:
        """Post *form* to *url*."""
