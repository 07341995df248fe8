"""Quotations with the revision they are of, and what they are found by; which revisions have theirs."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "quotes",
        sa.Column("key", sa.Integer, sa.ForeignKey("articles.key", ondelete="CASCADE"), primary_key=True),
        sa.Column("ordinal", sa.Integer, primary_key=True),
        sa.Column("field", sa.Text, nullable=False),
        sa.Column("speaker_start", sa.Integer, nullable=False),
        sa.Column("speaker_end", sa.Integer, nullable=False),
        sa.Column("cue_start", sa.Integer),
        sa.Column("cue_end", sa.Integer),
        sa.Column("content", sa.JSON().with_variant(sa.Text(), "postgresql"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("denied", sa.Boolean, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("description", sa.Text),
        sa.Column("speaker", sa.Text),
        sa.Column("surname", sa.Text),
        sa.Column("alias", sa.Text),
        sa.Column("mention", sa.Text),
        sa.Column("words", sa.Text, nullable=False),
    )
    for column in ("speaker", "surname", "alias"):
        op.create_index(f"quotes_{column}", "quotes", [column, "key"])
    op.add_column("articles", sa.Column("quoted", sa.Integer, nullable=False, server_default="0"))
    op.create_index("articles_quoted", "articles", ["state", "quoted"])


def downgrade() -> None:
    op.drop_index("articles_quoted", "articles")
    op.drop_column("articles", "quoted")
    op.drop_table("quotes")
