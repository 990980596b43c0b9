"""What every table shares: names of constraints, and moments."""

from datetime import UTC, datetime
from typing import cast

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Dialect, MetaData, Table
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.types import TypeDecorator

# Alembic can only drop or change what has a name.
NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
}


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, exact to the microsecond, aware when read.

    PostgreSQL has a type for it. SQLite keeps text with six decimals that sorts like time. Both
    can be read by an operator, which integers could not.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive moments: nobody knows what they mean."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment without a time zone cannot be kept.")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment with its time zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class Base(DeclarativeBase):
    """What Flask-SQLAlchemy and Alembic know every table by."""

    # Given as a registry: Flask-SQLAlchemy copies this class, and a registry can be shared.
    registry = registry(metadata=MetaData(naming_convention=NAMES), type_annotation_map={datetime: Moment})


db = SQLAlchemy(model_class=Base, disable_autonaming=True)


def table_of(row: type[Base]) -> Table:
    """Return the table of *row*; statements are written on tables, rows are not entities."""
    return cast("Table", row.__table__)
