"""Queue logout notices, and find sessions that have expired."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
IS_OPEN = sa.text("revoked_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "logout_delivery",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("sid", sa.String(), nullable=False),
        sa.Column("uri", sa.String(2000), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_status", sa.Integer(), nullable=True),
        sa.Column("delivered_at", MOMENT, nullable=True),
        sa.Column("given_up_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_logout_delivery"),
    )
    op.create_index("ix_logout_delivery_created_at", "logout_delivery", ["created_at"])
    op.create_index("ix_logout_delivery_due_at", "logout_delivery", ["due_at"])
    op.create_index("ix_logout_delivery_client_id_created_at", "logout_delivery", ["client_id", "created_at"])
    op.create_index(
        "ix_session_open", "session", ["expires_at"], sqlite_where=IS_OPEN, postgresql_where=IS_OPEN
    )


def downgrade() -> None:
    op.drop_index("ix_session_open", "session")
    op.drop_table("logout_delivery")
