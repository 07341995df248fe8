"""Seals of what servers and people chose, so that a changed letter of it can be told."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
_SEALED = ("discord_settings", "discord_announcements", "discord_digests")


def upgrade() -> None:
    for table in _SEALED:
        op.add_column(table, sa.Column("seal", sa.Text))


def downgrade() -> None:
    for table in _SEALED:
        op.drop_column(table, "seal")
