"""The table of audit events."""

from datetime import datetime

from sqlalchemy import BigInteger, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from idp.storage.tables.base import Base, table_of


class AuditEventRow(Base):
    """What happened; the document holds what only this kind of event says."""

    __tablename__ = "audit_event"
    # An id is never used twice, even when the newest rows are gone.
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - SQLAlchemy declares it so

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(index=True)
    person_id: Mapped[str | None] = mapped_column(index=True)
    client_id: Mapped[str | None]
    document: Mapped[str] = mapped_column(Text)


AUDIT_EVENT = table_of(AuditEventRow)
