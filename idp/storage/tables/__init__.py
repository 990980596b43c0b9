"""The tables: a row is its indexed columns plus one JSON document.

Columns that change (a state, a count, a moment) are the truth where the document says otherwise.
Imports SQLAlchemy and Flask-SQLAlchemy; the repositories and the migrations call it.
"""

from idp.storage.tables.audit import AUDIT_EVENT
from idp.storage.tables.audit_blocks import AUDIT_BLOCK
from idp.storage.tables.base import db
from idp.storage.tables.clients import CLIENT, REGISTRATION_TOKEN, RESOURCE
from idp.storage.tables.deliveries import LOGOUT_DELIVERY
from idp.storage.tables.faces import FACE_TEMPLATE
from idp.storage.tables.grants import CONSENT, GRANTS
from idp.storage.tables.keys import SIGNING_KEY
from idp.storage.tables.messages import KNOWN_BROWSER, OUTBOX
from idp.storage.tables.people import CODE_APP, CREDENTIAL, IDENTIFIER, PASSKEY, PERSON
from idp.storage.tables.receipts import RECEIPT
from idp.storage.tables.sessions import SESSION

__all__ = [
    "AUDIT_BLOCK",
    "AUDIT_EVENT",
    "CLIENT",
    "CODE_APP",
    "CONSENT",
    "CREDENTIAL",
    "FACE_TEMPLATE",
    "GRANTS",
    "IDENTIFIER",
    "KNOWN_BROWSER",
    "LOGOUT_DELIVERY",
    "OUTBOX",
    "PASSKEY",
    "PERSON",
    "RECEIPT",
    "REGISTRATION_TOKEN",
    "RESOURCE",
    "SESSION",
    "SIGNING_KEY",
    "db",
]
