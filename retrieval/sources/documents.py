"""Pages and documents of each kind to articles. Meant for the process of `parsing`, since they come from strangers."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval.sources.pages import read_html
from retrieval.sources.texts import read_text
from retrieval.sources.validation import Limit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.errors import SourceError
    from retrieval.sources.parsing import Request
    from retrieval.types import Article


def read_document(request: Request, data: bytes) -> Iterator[Article | SourceError]:
    """Reads the articles of a page or document; yields an error in the place of each part that cannot be read.

    Raises:
        SourceError: the whole cannot be read.
    """
    name = request.name.lower()
    if name.endswith((".txt", ".md")):
        article = read_text(io.BytesIO(data), request.name, request.source, Limit(request.max_bytes))
        yield replace(article, url=article.url or request.url)
    else:
        yield read_html(data, source=request.source, url=request.url, content_type=request.content_type)
