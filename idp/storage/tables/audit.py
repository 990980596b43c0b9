"""The table of audit events."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, Integer, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from idp.storage.tables.base import Base, table_of

# What a person is shown; by far the most events are tokens that programs fetch.
IS_PERSONS = text("kind <> 'TokensIssued'")


class AuditEventRow(Base):
    """What happened; the document holds what only this kind of event says."""

    __tablename__ = "audit_event"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(index=True)
    person_id: Mapped[str | None]
    client_id: Mapped[str | None]
    document: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        Index(
            "ix_audit_event_of_person",
            "person_id",
            "id",
            sqlite_where=IS_PERSONS,
            postgresql_where=IS_PERSONS,
        ),
        # An id is never used twice, even when the newest rows are gone.
        {"sqlite_autoincrement": True},
    )


AUDIT_EVENT = table_of(AuditEventRow)
