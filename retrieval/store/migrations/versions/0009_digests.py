"""What quotations and earlier texts were when they were written, so that what is damaged of them can be told."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    for table in ("quotes", "revisions"):
        op.add_column(table, sa.Column("digest", sa.Text))


def downgrade() -> None:
    for table in ("quotes", "revisions"):
        op.drop_column(table, "digest")
