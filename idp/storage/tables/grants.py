"""The tables of grants and consents."""

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from idp.storage.tables.base import Base, table_of


class GrantRow(Base):
    """A grant; *refreshes*, *rotated_at* and *revoked_at* are newer than the document.

    What was transacted is *transaction_sealed* for the row it stands in: it names accounts and amounts.
    """

    __tablename__ = "grants"  # GRANT is a word of SQL

    id: Mapped[str] = mapped_column(primary_key=True)
    code_digest: Mapped[str] = mapped_column(String(43), unique=True)
    person_id: Mapped[str]
    client_id: Mapped[str]
    session_id: Mapped[str] = mapped_column(index=True)
    is_offline: Mapped[bool]
    refreshes: Mapped[int]
    rotated_at: Mapped[datetime | None]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    revoked_at: Mapped[datetime | None]
    document: Mapped[str] = mapped_column(Text)
    transaction_sealed: Mapped[bytes | None]

    __table_args__ = (Index(None, "person_id", "client_id"),)


class ConsentRow(Base):
    """The last answer of a person to a relying party."""

    __tablename__ = "consent"

    person_id: Mapped[str] = mapped_column(primary_key=True)
    client_id: Mapped[str] = mapped_column(primary_key=True)
    given_at: Mapped[datetime]
    document: Mapped[str] = mapped_column(Text)


GRANTS = table_of(GrantRow)
CONSENT = table_of(ConsentRow)
