"""Where a question under way was asked and noted, so that a next start can answer for it; when a server was told."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("discord_questions", sa.Column("asked_in", sa.BigInteger))
    op.add_column("discord_questions", sa.Column("note", sa.BigInteger))
    op.add_column("discord_questions", sa.Column("token", sa.Text))
    op.add_column("discord_settings", sa.Column("reported_at", sa.Text))


def downgrade() -> None:
    for column in ("token", "note", "asked_in"):
        op.drop_column("discord_questions", column)
    op.drop_column("discord_settings", "reported_at")
