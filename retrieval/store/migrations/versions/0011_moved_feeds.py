"""Where a feed was before it moved for good, so that it is found by the address that somebody knows."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("feeds", sa.Column("former", sa.Text))


def downgrade() -> None:
    op.drop_column("feeds", "former")
