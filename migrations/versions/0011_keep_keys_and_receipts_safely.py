"""Note when keys stopped signing, erase what they signed with, and seal receipts."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
KEY = sa.table(
    "signing_key",
    sa.column("state", sa.String()),
    sa.column("sealed_private", sa.LargeBinary()),
    sa.column("changed_at", MOMENT),
    sa.column("stopped_at", MOMENT),
)


def upgrade() -> None:
    op.add_column("signing_key", sa.Column("stopped_at", MOMENT, nullable=True))
    # Of older keys only the last change is known.
    op.execute(
        sa.update(KEY)
        .where(KEY.c.state.not_in(["pending", "active"]))
        .values(stopped_at=KEY.c.changed_at, sealed_private=b"")
    )
    # No release has kept receipts in the clear, and what a trial has kept cannot be sealed without the key.
    op.execute(sa.delete(sa.table("receipt")))
    with op.batch_alter_table("receipt") as batch:
        batch.drop_column("token")
        batch.add_column(sa.Column("sealed", sa.LargeBinary(), nullable=False))


def downgrade() -> None:
    op.execute(sa.delete(sa.table("receipt")))
    with op.batch_alter_table("receipt") as batch:
        batch.drop_column("sealed")
        batch.add_column(sa.Column("token", sa.Text(), nullable=False))
    op.drop_column("signing_key", "stopped_at")
