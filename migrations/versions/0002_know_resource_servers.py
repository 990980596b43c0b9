"""Know resource servers, and when a refresh token was rotated."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "resource",
        sa.Column("uri", sa.String(2000), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("uri", name="pk_resource"),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name="fk_resource_client_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_resource_client_id", "resource", ["client_id"])
    op.add_column("grants", sa.Column("rotated_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("grants", "rotated_at")
    op.drop_index("ix_resource_client_id", "resource")
    op.drop_table("resource")
