"""Alembic migrations of the article tables; `retrieval.articles.SCHEMA` names the newest."""
