"""The table of the audit log's blocks."""

from datetime import datetime

from sqlalchemy import BigInteger, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from idp.storage.tables.base import Base, table_of


class AuditBlockRow(Base):
    """A block of the chain."""

    __tablename__ = "audit_block"

    number: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False
    )
    last_id: Mapped[int] = mapped_column(BigInteger)
    entries: Mapped[bytes]
    hash: Mapped[str] = mapped_column(String(43))
    head: Mapped[str] = mapped_column(Text)
    sealed_at: Mapped[datetime]


AUDIT_BLOCK = table_of(AuditBlockRow)
