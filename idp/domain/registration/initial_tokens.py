"""Initial access tokens: leave to register a client, given by an operator, so many times and so long."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

SPEC = "RFC 7591 section 1.2"


@dataclass(frozen=True, slots=True, kw_only=True)
class InitialToken:
    """What is kept of a token: its digest, how often it may still be used, and until when."""

    digest: str
    uses: int
    created_at: datetime
    expires_at: datetime


class InitialTokens(Protocol):
    """The initial access tokens, durable."""

    def add(self, token: InitialToken) -> None:
        """Store the token."""

    def is_good(self, digest: str, at: datetime) -> bool:
        """Say whether the token could be used, without using it."""

    def use(self, digest: str, at: datetime) -> bool:
        """Use the token up by one; True for no more callers than it has uses, and for none later."""

    def purge(self, before: datetime, *, limit: int) -> int:
        """Forget tokens that expired before then; return how many."""
