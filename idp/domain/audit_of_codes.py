"""What people did with the app that shows their codes, as typed events of the same log."""

from dataclasses import dataclass

from idp.domain.audit import Event
from idp.domain.ids import SessionId


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeAppAdded(Event):
    """A person added an app that shows codes."""

    session_id: SessionId


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeAppRemoved(Event):
    """A person removed the app; its codes are taken no more."""

    session_id: SessionId
