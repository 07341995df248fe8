"""What each server wants to be told of the articles that its feeds bring, and when it was told last."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "discord_announcements",
        sa.Column("server", sa.BigInteger, primary_key=True),
        sa.Column("wanted", sa.Text, nullable=False),
        sa.Column("announced_at", sa.Text),
    )


def downgrade() -> None:
    op.drop_table("discord_announcements")
