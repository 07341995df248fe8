"""An index that lists are made from alone, since a row's text stands in the way of the columns behind it."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    columns = ["library", "state", "publisher", "published", "title", "byline", "id"]
    op.create_index("articles_listed", "articles", columns)


def downgrade() -> None:
    op.drop_index("articles_listed", "articles")
