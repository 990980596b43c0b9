"""The port to the outside: programs of relying parties at addresses that they gave."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """An answer from outside."""

    status: int
    media_type: str  # lower case, without parameters
    body: bytes


class Outbound(Protocol):
    """Programs of relying parties, reached at addresses that they gave."""

    def get(self, url: str, *, accept: str = "application/json") -> Fetched:
        """Fetch *url*; raises Unavailable when the place cannot or must not be reached."""

    def post(self, url: str, form: Mapping[str, str]) -> Fetched:
        """Post *form* to *url*; raises Unavailable when the place cannot or must not be reached."""
