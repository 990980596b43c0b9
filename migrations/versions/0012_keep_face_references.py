"""Keep references of faces, sealed."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "face_template",
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_face_template_person_id"),
        sa.PrimaryKeyConstraint("person_id", name="pk_face_template"),
    )
    op.create_index("ix_face_template_expires_at", "face_template", ["expires_at"])


def downgrade() -> None:
    op.drop_table("face_template")
