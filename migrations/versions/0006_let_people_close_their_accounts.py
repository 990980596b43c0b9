"""Let people close their accounts."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
IS_CLOSING = sa.text("closes_at IS NOT NULL")


def upgrade() -> None:
    op.add_column("person", sa.Column("closes_at", MOMENT, nullable=True))
    op.add_column("person", sa.Column("erased_at", MOMENT, nullable=True))
    op.create_index(
        "ix_person_closing", "person", ["closes_at"], sqlite_where=IS_CLOSING, postgresql_where=IS_CLOSING
    )
    op.add_column("outbox", sa.Column("addressee", sa.String(43), nullable=True))
    op.create_index("ix_outbox_addressee", "outbox", ["addressee"])


def downgrade() -> None:
    op.drop_index("ix_outbox_addressee", "outbox")
    op.drop_column("outbox", "addressee")
    op.drop_index("ix_person_closing", "person")
    # Before this there was no empty row.
    op.execute("DELETE FROM person WHERE erased_at IS NOT NULL")
    op.drop_column("person", "erased_at")
    op.drop_column("person", "closes_at")
