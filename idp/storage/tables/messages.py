"""The tables of messages that wait, and of the browsers that people are known by."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from idp.storage.tables.base import Base, table_of


class OutboxRow(Base):
    """A message, sealed for the row it stands in."""

    __tablename__ = "outbox"

    id: Mapped[str] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(index=True)
    document: Mapped[bytes]
    # Of the person's id, so that messages can be erased but not read as a person's.
    addressee: Mapped[str | None] = mapped_column(String(43), index=True)


class KnownBrowserRow(Base):
    """A browser that a person has signed in with; the digest differs from person to person."""

    __tablename__ = "known_browser"

    person_id: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(43), primary_key=True)
    language: Mapped[str] = mapped_column(String(2))
    last_used_at: Mapped[datetime] = mapped_column(index=True)


OUTBOX = table_of(OutboxRow)
KNOWN_BROWSER = table_of(KnownBrowserRow)
