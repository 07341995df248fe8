"""Which articles carry one text, and the sketches that such texts are found by."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("articles", sa.Column("cluster", sa.Integer))
    op.add_column("articles", sa.Column("clustered", sa.Integer, nullable=False, server_default="0"))
    op.create_index("articles_cluster", "articles", ["cluster"])
    op.create_index("articles_clustered", "articles", ["state", "clustered"])
    op.create_table(
        "sketches",
        sa.Column("hash", sa.BigInteger, primary_key=True),
        sa.Column("key", sa.Integer, sa.ForeignKey("articles.key", ondelete="CASCADE"), primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_index("sketches_key", "sketches", ["key"])


def downgrade() -> None:
    op.drop_table("sketches")
    op.drop_index("articles_clustered", "articles")
    op.drop_index("articles_cluster", "articles")
    op.drop_column("articles", "clustered")
    op.drop_column("articles", "cluster")
