"""Keep the secrets of apps that show codes, sealed."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "code_app",
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_code_app_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_code_app"),
        sa.UniqueConstraint("person_id", name="uq_code_app_person_id"),
    )


def downgrade() -> None:
    op.drop_table("code_app")
