"""The table of relying parties."""

from datetime import datetime

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from idp.storage.tables.base import Base, table_of


class ClientRow(Base):
    """A relying party."""

    __tablename__ = "client"

    id: Mapped[str] = mapped_column(primary_key=True)
    document: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


CLIENT = table_of(ClientRow)
