"""Keep what was transacted, sealed, with the grant of it."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("grants", sa.Column("transaction_sealed", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("grants", "transaction_sealed")
