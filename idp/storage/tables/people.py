"""The tables of people, of what they sign in with, and of their passwords."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from idp.storage.tables.base import Base, table_of

DIGEST = String(43)


class PersonRow(Base):
    """A person, sealed for the row he or she stands in."""

    __tablename__ = "person"

    id: Mapped[str] = mapped_column(primary_key=True)
    document: Mapped[bytes]


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


PERSON = table_of(PersonRow)
IDENTIFIER = table_of(IdentifierRow)
CREDENTIAL = table_of(CredentialRow)
