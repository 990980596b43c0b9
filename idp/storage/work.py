"""One unit of work: the repositories on one connection."""

from dataclasses import dataclass

from sqlalchemy import Connection

from idp.domain.sealing import BlindIndex, Sealer
from idp.storage.repositories.audit import SqlAuditLog
from idp.storage.repositories.audit_blocks import SqlAuditBlocks
from idp.storage.repositories.browsers import SqlKnownBrowsers
from idp.storage.repositories.clients import SqlClients
from idp.storage.repositories.code_apps import SqlCodeApps
from idp.storage.repositories.consents import SqlConsents
from idp.storage.repositories.deliveries import SqlLogoutDeliveries
from idp.storage.repositories.face_templates import SqlFaceTemplates
from idp.storage.repositories.grants import SqlGrants
from idp.storage.repositories.initial_tokens import SqlInitialTokens
from idp.storage.repositories.keys import SqlKeys
from idp.storage.repositories.outbox import SqlOutbox
from idp.storage.repositories.passkeys import SqlPasskeys
from idp.storage.repositories.persons import SqlPersons
from idp.storage.repositories.receipts import SqlReceipts
from idp.storage.repositories.sessions import SqlSessions


@dataclass(frozen=True, slots=True)
class SqlWork:
    """Implements UnitOfWork; a repository is made when it is asked for, most units need one or two."""

    connection: Connection
    sealer: Sealer
    index: BlindIndex

    @property
    def persons(self) -> SqlPersons:
        """Return the people."""
        return SqlPersons(self.connection, self.sealer, self.index)

    @property
    def passkeys(self) -> SqlPasskeys:
        """Return the passkeys."""
        return SqlPasskeys(self.connection)

    @property
    def code_apps(self) -> SqlCodeApps:
        """Return the apps that show codes."""
        return SqlCodeApps(self.connection, self.sealer)

    @property
    def clients(self) -> SqlClients:
        """Return the relying parties."""
        return SqlClients(self.connection)

    @property
    def initial_tokens(self) -> SqlInitialTokens:
        """Return the initial access tokens."""
        return SqlInitialTokens(self.connection)

    @property
    def sessions(self) -> SqlSessions:
        """Return the sessions."""
        return SqlSessions(self.connection)

    @property
    def grants(self) -> SqlGrants:
        """Return the grants."""
        return SqlGrants(self.connection, self.sealer)

    @property
    def consents(self) -> SqlConsents:
        """Return the consents."""
        return SqlConsents(self.connection)

    @property
    def deliveries(self) -> SqlLogoutDeliveries:
        """Return the notices that sessions have ended."""
        return SqlLogoutDeliveries(self.connection)

    @property
    def known_browsers(self) -> SqlKnownBrowsers:
        """Return the browsers that people have signed in with."""
        return SqlKnownBrowsers(self.connection)

    @property
    def outbox(self) -> SqlOutbox:
        """Return the messages that wait."""
        return SqlOutbox(self.connection, self.sealer)

    @property
    def face_templates(self) -> SqlFaceTemplates:
        """Return the references of faces."""
        return SqlFaceTemplates(self.connection, self.sealer)

    @property
    def receipts(self) -> SqlReceipts:
        """Return the receipts."""
        return SqlReceipts(self.connection, self.sealer)

    @property
    def keys(self) -> SqlKeys:
        """Return the signing keys."""
        return SqlKeys(self.connection)

    @property
    def audit(self) -> SqlAuditLog:
        """Return the audit log."""
        return SqlAuditLog(self.connection)

    @property
    def audit_blocks(self) -> SqlAuditBlocks:
        """Return the blocks that bind it."""
        return SqlAuditBlocks(self.connection)
