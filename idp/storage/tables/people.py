"""The tables of people, of what they sign in with, and of their passwords."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from idp.storage.tables.base import Base, table_of

DIGEST = String(43)
# Web Authentication section 4: a credential id has 1,023 bytes at most, here in base64url.
MAX_CREDENTIAL = 1364
IS_CLOSING = text("closes_at IS NOT NULL")


class PersonRow(Base):
    """A person, sealed for the row he or she stands in; *closes_at* is newer than the document.

    When the data is erased the row stays, empty: an id is never used twice.
    """

    __tablename__ = "person"

    id: Mapped[str] = mapped_column(primary_key=True)
    document: Mapped[bytes]
    closes_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_person_closing", "closes_at", sqlite_where=IS_CLOSING, postgresql_where=IS_CLOSING),
    )


class IdentifierRow(Base):
    """The keyed digest of one thing a person may type to sign in; unique across kinds."""

    __tablename__ = "identifier"

    digest: Mapped[str] = mapped_column(DIGEST, primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)


class CredentialRow(Base):
    """The argon2id hash of a person's password."""

    __tablename__ = "credential"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    password_hash: Mapped[str]


class PasskeyRow(Base):
    """A person's passkey; *sign_count* and *last_used_at* are newer than the document."""

    __tablename__ = "passkey"

    id: Mapped[str] = mapped_column(String(MAX_CREDENTIAL), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    last_used_at: Mapped[datetime | None]
    document: Mapped[str] = mapped_column(Text)


class CodeAppRow(Base):
    """The app that shows a person's codes, sealed for that person; *last_step* is newer than the document."""

    __tablename__ = "code_app"

    id: Mapped[str] = mapped_column(String(22), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), unique=True)
    last_step: Mapped[int] = mapped_column(BigInteger)
    document: Mapped[bytes]


PERSON = table_of(PersonRow)
IDENTIFIER = table_of(IdentifierRow)
CREDENTIAL = table_of(CredentialRow)
PASSKEY = table_of(PasskeyRow)
CODE_APP = table_of(CodeAppRow)
