"""Receipts of transactions."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from idp.storage.tables.base import Base, table_of


class ReceiptRow(Base):
    """A receipt, sealed: its hash could be guessed by whoever knows the rest of the transaction."""

    __tablename__ = "receipt"

    id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    client_id: Mapped[str]
    issued_at: Mapped[datetime] = mapped_column(index=True)
    sealed: Mapped[bytes]


RECEIPT = table_of(ReceiptRow)
