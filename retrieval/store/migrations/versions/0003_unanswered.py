"""Questions that the articles did not answer, counted; what goes with an article's row is which was the nearest."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "unanswered",
        sa.Column("key", sa.Integer, primary_key=True),
        sa.Column("library", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("asked", sa.Text, nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("nearest", sa.Integer, sa.ForeignKey("articles.key", ondelete="SET NULL")),
        sa.UniqueConstraint("library", "words"),
    )
    op.create_index("unanswered_nearest", "unanswered", ["nearest"])


def downgrade() -> None:
    op.drop_table("unanswered")
