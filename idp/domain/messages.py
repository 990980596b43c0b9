"""Messages to people: what they are told outside of any page, and where it is handed over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from idp.domain.clock import CIVIL_TIME
from idp.domain.ids import PersonId

if TYPE_CHECKING:
    from idp.domain.work import UnitOfWork

LANGUAGES = ("zh", "en")
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
# Words in a sentence by language.
Sentence = Mapping[str, str]


class Topic(StrEnum):
    """What a message is about."""

    NEW_DEVICE = "new_device"
    WAY_CHANGED = "way_changed"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    PASSKEY_COPIED = "passkey_copied"
    CODE_APP_ADDED = "code_app_added"
    CODE_APP_REMOVED = "code_app_removed"
    CLOSING = "closing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A short text for one person; *phone* is E.164, and personal data: sealed where it is kept."""

    id: str
    person_id: PersonId
    topic: Topic
    language: str
    phone: str
    text: str
    created_at: datetime


class Messages(Protocol):
    """The way messages take."""

    def send(self, work: "UnitOfWork", message: Message) -> None:
        """Hand the message over in the unit of work that it tells of."""


class Outbox(Protocol):
    """Messages that wait for a program that carries them away, sealed."""

    def add(self, message: Message) -> None:
        """Keep the message."""

    def waiting(self, *, limit: int) -> tuple[Message, ...]:
        """Return messages, those that wait longest first."""

    def remove(self, message_id: str) -> bool:
        """Forget a message that was carried away; True for one caller only."""

    def erase_of_person(self, person_id: PersonId) -> int:
        """Forget all messages to the person; return how many."""

    def purge(self, before: datetime, *, limit: int) -> int:
        """Forget messages made before then; return how many."""


def civil_moment(at: datetime, language: str) -> str:
    """Return the moment in China's time, as people of the *language* write it."""
    here = at.astimezone(CIVIL_TIME)
    time = f"{here:%H:%M}"
    if language == "zh":
        return f"{here.year}年{here.month}月{here.day}日 {time}"
    return f"{here.day} {MONTHS[here.month - 1]} {here.year}, {time}"
