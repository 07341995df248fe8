"""Alembic migrations of the Discord tables; `bot.discord_bot.store.SCHEMA` names the newest."""
