"""The table of sessions."""

from datetime import datetime

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from idp.storage.tables.base import Base, table_of

IS_OPEN = text("revoked_at IS NULL")


class SessionRow(Base):
    """A session; *last_seen_at* and *revoked_at* are newer than the document."""

    __tablename__ = "session"

    id: Mapped[str] = mapped_column(primary_key=True)
    token_digest: Mapped[str] = mapped_column(String(43), unique=True)
    # No foreign keys here and on grants: the hot path would pay for what only we can break.
    person_id: Mapped[str] = mapped_column(index=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    last_seen_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    document: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        # What has expired is looked for among open sessions alone, and not by last_seen_at, which
        # changes often.
        Index("ix_session_open", "expires_at", sqlite_where=IS_OPEN, postgresql_where=IS_OPEN),
    )


SESSION = table_of(SessionRow)
