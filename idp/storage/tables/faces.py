"""References of faces."""

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from idp.storage.tables.base import Base, table_of


class FaceTemplateRow(Base):
    """A person's reference: what it was made with, and the sealed figures."""

    __tablename__ = "face_template"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    document: Mapped[str] = mapped_column(Text)
    sealed: Mapped[bytes]


FACE_TEMPLATE = table_of(FaceTemplateRow)
