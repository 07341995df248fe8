"""Files, web pages and feeds to articles: the only place where raw input is validated."""

from retrieval.sources.files import read_address, read_sources, read_upload, source_of
from retrieval.sources.identity import canonical_url
from retrieval.sources.rows import checked, checked_article

__all__ = ["canonical_url", "checked", "checked_article", "read_address", "read_sources", "read_upload", "source_of"]
