"""Alembic migrations of the article tables; `retrieval.store.articles.SCHEMA` names the newest."""
