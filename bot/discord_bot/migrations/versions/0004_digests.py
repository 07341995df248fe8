"""Who is sent a digest, which and when, and what became of each."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "discord_digests",
        sa.Column("reader", sa.BigInteger, primary_key=True),
        sa.Column("wanted", sa.Text, nullable=False),
        sa.Column("told_until", sa.Text, nullable=False),
    )
    op.create_table(
        "discord_deliveries",
        sa.Column("key", sa.Integer, primary_key=True),
        sa.Column("reader", sa.BigInteger, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("since", "until", "outcome")),
        sa.Column("stories", sa.Integer, nullable=False),
    )
    op.create_index("discord_deliveries_reader", "discord_deliveries", ["reader"])


def downgrade() -> None:
    op.drop_table("discord_deliveries")
    op.drop_table("discord_digests")
