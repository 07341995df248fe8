"""The first tables: where the bot is installed, servers' settings, kept questions, their messages and votes."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "discord_servers",
        sa.Column("application", sa.BigInteger, primary_key=True),
        sa.Column("server", sa.BigInteger, primary_key=True),
    )
    op.create_table(
        "discord_settings",
        sa.Column("server", sa.BigInteger, primary_key=True),
        sa.Column("settings", sa.Text, nullable=False),
    )
    op.create_table(
        "discord_questions",
        sa.Column("key", sa.Integer, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("asker", sa.BigInteger, nullable=False, index=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("channel", sa.BigInteger, nullable=False),
        sa.Column("server", sa.BigInteger, index=True),
        sa.Column("asked_at", sa.Text, nullable=False, index=True),
        sa.Column("parent", sa.Text, sa.ForeignKey("discord_questions.id", ondelete="SET NULL"), index=True),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("answer", sa.Text),
        sa.CheckConstraint("kind IN ('channel', 'thread', 'direct')", name="kind"),
        sqlite_autoincrement=True,
    )
    op.create_index("discord_questions_channel", "discord_questions", ["channel", "key"])
    op.create_table(
        "discord_messages",
        sa.Column("message", sa.BigInteger, primary_key=True),
        sa.Column("question", sa.Text, sa.ForeignKey("discord_questions.id", ondelete="CASCADE"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
    )
    op.create_index("discord_messages_question", "discord_messages", ["question"])
    op.create_table(
        "discord_votes",
        sa.Column("question", sa.Text, sa.ForeignKey("discord_questions.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("person", sa.BigInteger, primary_key=True, index=True),
        sa.Column("useful", sa.Boolean, nullable=False),
    )


def downgrade() -> None:
    for table in ("votes", "messages", "questions", "settings", "servers"):
        op.drop_table(f"discord_{table}")
