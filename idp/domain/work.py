"""The unit of work: facts and the events that tell of them are written together or not at all."""

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from idp.domain.accounts import Persons
from idp.domain.audit import AuditLog, Event
from idp.domain.audit_chain import AuditBlocks
from idp.domain.clients import Clients
from idp.domain.code_apps import CodeApps
from idp.domain.deliveries import LogoutDeliveries
from idp.domain.devices import KnownBrowsers
from idp.domain.face_templates import FaceTemplates
from idp.domain.grants import Consents, Grant, Grants, Issue
from idp.domain.ids import GrantId
from idp.domain.keys import Keys
from idp.domain.messages import Outbox
from idp.domain.passkeys import Passkeys
from idp.domain.receipts import Receipts
from idp.domain.registration.initial_tokens import InitialTokens
from idp.domain.sessions import Sessions


class UnitOfWork(Protocol):
    """The durable memory within one transaction."""

    @property
    def persons(self) -> Persons:
        """Return the people."""

    @property
    def passkeys(self) -> Passkeys:
        """Return the passkeys."""

    @property
    def code_apps(self) -> CodeApps:
        """Return the apps that show codes."""

    @property
    def clients(self) -> Clients:
        """Return the relying parties."""

    @property
    def initial_tokens(self) -> InitialTokens:
        """Return the initial access tokens."""

    @property
    def sessions(self) -> Sessions:
        """Return the sessions."""

    @property
    def grants(self) -> Grants:
        """Return the grants."""

    @property
    def consents(self) -> Consents:
        """Return the consents."""

    @property
    def deliveries(self) -> LogoutDeliveries:
        """Return the notices that sessions have ended."""

    @property
    def known_browsers(self) -> KnownBrowsers:
        """Return the browsers that people have signed in with."""

    @property
    def outbox(self) -> Outbox:
        """Return the messages that wait."""

    @property
    def face_templates(self) -> FaceTemplates:
        """Return the references of faces."""

    @property
    def receipts(self) -> Receipts:
        """Return the receipts."""

    @property
    def keys(self) -> Keys:
        """Return the signing keys."""

    @property
    def audit(self) -> AuditLog:
        """Return the audit log."""

    @property
    def audit_blocks(self) -> AuditBlocks:
        """Return the blocks that bind it."""


class Records(Protocol):
    """The durable memory; raises Unavailable when it does not answer."""

    def begin(self) -> AbstractContextManager[UnitOfWork]:
        """Open a transaction: committed when the block ends, rolled back when it raises."""

    def read(self) -> AbstractContextManager[UnitOfWork]:
        """Open for reading only, without a transaction; each statement sees the newest facts."""

    def once(self) -> AbstractContextManager[UnitOfWork]:
        """Open for a single statement that writes: it needs no transaction, and is final when it is done."""

    def issue(self, grant: Grant, event: Event, *, token_digest: str) -> Issue:
        """Store the grant and write the event, if the session under this secret is open, and touch it.

        Of several grants of one id the first is kept. Whoever ends the session meanwhile waits, and
        then finds the grant; or was first.
        """

    def rotate(self, grant_id: GrantId, event: Event, *, refreshes: int, at: datetime) -> bool:
        """Count one rotation and write the event, if *refreshes* and liveness still hold.

        True for one caller only; the others have written nothing.
        """
