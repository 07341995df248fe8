"""Seals of what was chosen of a feed, so that a changed letter of it can be told."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("feeds", sa.Column("seal", sa.Text))


def downgrade() -> None:
    op.drop_column("feeds", "seal")
