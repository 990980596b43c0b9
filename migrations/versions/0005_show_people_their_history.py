"""Show people their history, keep messages for them, and know their browsers."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
IS_PERSONS = sa.text("kind <> 'TokensIssued'")


def upgrade() -> None:
    op.create_index(
        "ix_audit_event_of_person",
        "audit_event",
        ["person_id", "id"],
        sqlite_where=IS_PERSONS,
        postgresql_where=IS_PERSONS,
    )
    # Nobody asks for a person's events in another order.
    op.drop_index("ix_audit_event_person_id", "audit_event")
    op.create_table(
        "outbox",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
    )
    op.create_index("ix_outbox_created_at", "outbox", ["created_at"])
    op.create_table(
        "known_browser",
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(43), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("last_used_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "digest", name="pk_known_browser"),
    )
    op.create_index("ix_known_browser_last_used_at", "known_browser", ["last_used_at"])


def downgrade() -> None:
    op.drop_table("known_browser")
    op.drop_table("outbox")
    op.create_index("ix_audit_event_person_id", "audit_event", ["person_id"])
    op.drop_index("ix_audit_event_of_person", "audit_event")
