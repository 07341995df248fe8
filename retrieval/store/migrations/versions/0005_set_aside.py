"""How often the indexing of an article was begun, and why one is set aside."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("articles", sa.Column("attempts", sa.Integer, nullable=False, server_default="0"))
    op.add_column("articles", sa.Column("set_aside", sa.Text))


def downgrade() -> None:
    op.drop_column("articles", "set_aside")
    op.drop_column("articles", "attempts")
