"""Files, web pages and feeds to articles: the only place where raw input is validated."""

from retrieval.sources.files import read_sources, read_upload, source_of
from retrieval.sources.identity import canonical_url
from retrieval.sources.rows import checked, checked_article
from retrieval.sources.web import read_address

__all__ = ["canonical_url", "checked", "checked_article", "read_address", "read_sources", "read_upload", "source_of"]
