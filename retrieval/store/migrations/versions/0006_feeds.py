"""Feeds by library, when each is read again and how it went; what they told of, each entry once."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "feeds",
        sa.Column("key", sa.Integer, primary_key=True),
        sa.Column("library", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("site", sa.Text),
        sa.Column("must", sa.JSON().with_variant(sa.Text(), "postgresql"), nullable=False),
        sa.Column("must_not", sa.JSON().with_variant(sa.Text(), "postgresql"), nullable=False),
        sa.Column("added", sa.Text, nullable=False),
        sa.Column("ended", sa.Boolean, nullable=False),
        sa.Column("etag", sa.Text),
        sa.Column("last_modified", sa.Text),
        sa.Column("digest", sa.Text),
        sa.Column("pause", sa.Integer),
        sa.Column("next_try", sa.Text, nullable=False),
        sa.Column("last_success", sa.Text),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("failure", sa.Text),
        sa.Column("told", sa.Boolean, nullable=False),
        sa.UniqueConstraint("library", "address"),
    )
    op.create_table(
        "feed_entries",
        sa.Column("feed", sa.Integer, sa.ForeignKey("feeds.key", ondelete="CASCADE"), primary_key=True),
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("address", sa.Text),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("article", sa.Text),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("full_text", sa.Boolean, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("try_again", sa.Boolean, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("arrived", sa.Text),
        sa.Column("announced", sa.Boolean, nullable=False),
    )
    op.create_index("feed_entries_address", "feed_entries", ["address"])
    op.create_index("feed_entries_at", "feed_entries", ["feed", "at"])


def downgrade() -> None:
    op.drop_table("feed_entries")
    op.drop_table("feeds")
