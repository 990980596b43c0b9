"""The tables of clients, of the resources they are called at, and of leave to register."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from idp.storage.tables.base import Base, table_of


class ClientRow(Base):
    """A relying party or a resource server."""

    __tablename__ = "client"

    id: Mapped[str] = mapped_column(primary_key=True)
    document: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class ResourceRow(Base):
    """An address that tokens can be meant for, and the client that is called there."""

    __tablename__ = "resource"

    uri: Mapped[str] = mapped_column(String(2000), primary_key=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("client.id", ondelete="CASCADE"), index=True)


class RegistrationTokenRow(Base):
    """An initial access token: its digest, and how often it may still be used."""

    __tablename__ = "registration_token"

    digest: Mapped[str] = mapped_column(String(43), primary_key=True)
    uses: Mapped[int]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


CLIENT = table_of(ClientRow)
RESOURCE = table_of(ResourceRow)
REGISTRATION_TOKEN = table_of(RegistrationTokenRow)
