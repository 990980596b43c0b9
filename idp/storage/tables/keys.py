"""The table of signing keys."""

from datetime import datetime

from sqlalchemy import Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from idp.storage.tables.base import Base, table_of

IS_ACTIVE = text("state = 'active'")


class SigningKeyRow(Base):
    """A key pair: the document is the public JWK, the private half is sealed by the wrapping key."""

    __tablename__ = "signing_key"

    kid: Mapped[str] = mapped_column(primary_key=True)
    algorithm: Mapped[str]
    state: Mapped[str]
    document: Mapped[str] = mapped_column(Text)
    sealed_private: Mapped[bytes]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]

    __table_args__ = (
        # Two operators who rotate at the same moment must not leave two keys that sign.
        Index(
            "uq_signing_key_active",
            "algorithm",
            unique=True,
            sqlite_where=IS_ACTIVE,
            postgresql_where=IS_ACTIVE,
        ),
    )


SIGNING_KEY = table_of(SigningKeyRow)
