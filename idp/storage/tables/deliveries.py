"""The table of notices that a session has ended."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from idp.storage.tables.base import Base, table_of


class LogoutDeliveryRow(Base):
    """A notice to one client; *due_at* is null when it is done with."""

    __tablename__ = "logout_delivery"

    id: Mapped[str] = mapped_column(primary_key=True)
    client_id: Mapped[str]
    subject: Mapped[str]
    sid: Mapped[str]
    uri: Mapped[str] = mapped_column(String(2000))
    created_at: Mapped[datetime] = mapped_column(index=True)
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    attempts: Mapped[int]
    last_status: Mapped[int | None]
    delivered_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]

    __table_args__ = (Index(None, "client_id", "created_at"),)


LOGOUT_DELIVERY = table_of(LogoutDeliveryRow)
