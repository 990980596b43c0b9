"""What operators did to clients and keys, and clients to themselves, as typed events of the same log."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from idp.domain.audit import Event

# Who keeps a registration: an operator by command, or the client itself with its token.
Registrant = Literal["operator", "client"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientRegistered(Event):
    """A relying party was registered."""

    by: Registrant = "operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientChanged(Event):
    """The registration of a relying party changed in these members; their values are not written."""

    by: Registrant
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientDeleted(Event):
    """A relying party was removed."""

    by: Registrant = "operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class InitialAccessTokenIssued(Event):
    """An operator gave leave to register *uses* clients until *expires_at*."""

    uses: int
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyGenerated(Event):
    """A signing key was made and published."""

    kid: str
    algorithm: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyActivated(Event):
    """A signing key began to sign; *retiring* only verifies from now on."""

    kid: str
    retiring: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRevoked(Event):
    """A signing key was made void: others may have it."""

    kid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LawfulBasisChanged(Event):
    """An operator said on which *basis* a client learns things; what rested on the old one fell."""

    basis: str
    statute: str | None
    consents: int
    grants: int
