"""What happened, as typed events without personal data, kept in the same unit of work as the fact."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from idp.domain.ids import ClientId, GrantId, PersonId, SessionId

HeldBack = Literal["asked_often", "refused_often"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What every event says: when, and which person and client it concerns."""

    at: datetime
    person_id: PersonId | None = None
    client_id: ClientId | None = None

    @property
    def kind(self) -> str:
        """Return the event's name in the log."""
        return type(self).__name__


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonCreated(Event):
    """An operator or the demo entered a person at *level*."""

    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn(Event):
    """A person proved who he or she is, and a session began; *device* is a coarse name of the browser's."""

    session_id: SessionId
    amr: tuple[str, ...]
    device: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInRefused(Event):
    """A sign-in failed; *person_id* is known only when the account exists."""

    reason: str
    device: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEnded(Event):
    """A session was ended by its person, by a relying party's request, by a newer sign-in, or by time."""

    session_id: SessionId
    reason: str
    device: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordRefused(Event):
    """Somebody who was signed in did not know the password that was to be changed."""

    session_id: SessionId


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordChanged(Event):
    """A person chose a new password; *sessions* and *grants* that rested on the old one fell."""

    session_id: SessionId
    sessions: int
    grants: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyAdded(Event):
    """A person made a passkey with a device of the model *aaguid*; *attested* if its maker vouched for it."""

    session_id: SessionId
    amr: tuple[str, ...]
    aaguid: str
    attested: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyRemoved(Event):
    """A person removed a passkey."""

    session_id: SessionId
    amr: tuple[str, ...]
    aaguid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DataCopied(Event):
    """A person took a copy of all that is kept about him or her."""

    session_id: SessionId
    signed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingBegun(Event):
    """A person closed the account; *sessions* and *grants* fell."""

    closes_at: datetime
    sessions: int
    grants: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingTakenBack(Event):
    """A person kept the account after all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonErased(Event):
    """What was kept about a person was erased; only the id and these events are left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disowned(Event):
    """A person said that a sign-in, or a release of data under *grant_id*, was not his or hers.

    Or that a *passkey*, or an app that shows codes, was not. So many *sessions* were ended for it.
    """

    session_id: SessionId
    grant_id: GrantId | None
    sessions: int
    passkey: bool = False
    code_app: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LogoutDelivered(Event):
    """A relying party confirmed that it knows of a session's end."""

    delivery_id: str
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LogoutGivenUp(Event):
    """A relying party could not be told of a session's end; *status* is its last answer, if any."""

    delivery_id: str
    attempts: int
    status: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentGiven(Event):
    """A person agreed that a relying party learns *allowed* of what it *asked* for."""

    asked: tuple[str, ...]
    allowed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeShown(Event):
    """A person was told, and not asked, what a relying party learns on which *basis* of the law."""

    asked: tuple[str, ...]
    basis: str
    statute: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRefused(Event):
    """A person declined."""

    asked: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionConfirmed(Event):
    """A person said yes to a transaction of a relying party; what it was stands in the grant, sealed."""

    types: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionProved(Event):
    """A person proved, by *amr*, that the yes to a transaction was his or hers."""

    types: tuple[str, ...]
    amr: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptIssued(Event):
    """A receipt of a transaction, proved by *methods*, was signed and handed to the client."""

    receipt_id: str
    grant_id: GrantId
    types: tuple[str, ...]
    methods: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionNotProved(Event):
    """What was shown to prove a transaction did not fit, for a constant *reason*."""

    types: tuple[str, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionHeldBack(Event):
    """A person was not shown a transaction: the relying party asks too often, or was told no too often."""

    types: tuple[str, ...]
    reason: HeldBack


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionRefused(Event):
    """A person said no to a transaction."""

    types: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionChanged(Event):
    """What a person said yes to was not what stood there to be shown; the visit was ended."""

    types: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentWithdrawn(Event):
    """A person took a consent back, and *grants* fell with it."""

    grants: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantIssued(Event):
    """A relying party was handed a code; *claims* are those allowed one by one, as a consent names them.

    *resources* are the addresses that may be called with it.
    """

    grant_id: GrantId
    session_id: SessionId
    scopes: tuple[str, ...]
    acr: str
    claims: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TokensIssued(Event):
    """The token endpoint answered with tokens."""

    grant_type: str
    grant_id: GrantId | None
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantRevoked(Event):
    """A grant ended before its time: a code or a refresh token came twice."""

    grant_id: GrantId
    reason: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An event and its number in the log; later ones have higher numbers."""

    number: int
    event: Event


class AuditLog(Protocol):
    """The append-only log."""

    def append(self, event: Event) -> None:
        """Write the event in the running unit of work."""

    def of_person(
        self, person_id: PersonId, kinds: tuple[type[Event], ...], *, before: int | None, limit: int
    ) -> tuple[Entry, ...]:
        """Return the newest *limit* events of these *kinds* about the person, numbered below *before*.

        Issued tokens are never among them: they are too many.
        """

    def find(self, person_id: PersonId, kinds: tuple[type[Event], ...], number: int) -> Entry | None:
        """Return the event if it is one of these *kinds* and about this person."""
