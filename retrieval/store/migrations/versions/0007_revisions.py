"""What a page tells beyond its text, how it came, and the texts that were replaced by newer ones."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_TOLD = ("updated", "dated_by", "fetched", "page_hash")


def upgrade() -> None:
    for name in _TOLD:
        op.add_column("articles", sa.Column(name, sa.Text))
    op.create_table(
        "revisions",
        sa.Column("library", sa.Text, primary_key=True),
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True),
        sa.Column("replaced", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        *(sa.Column(name, sa.Text) for name in ("byline", "publisher", "published", "url", "source", *_TOLD)),
    )


def downgrade() -> None:
    op.drop_table("revisions")
    for name in _TOLD:
        op.drop_column("articles", name)
