"""Byline's search as a LangChain retriever, for those who bring their own chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, SkipValidation

from retrieval.types import Filters, Hit, Question, Retriever

if TYPE_CHECKING:
    from langchain_core.callbacks import CallbackManagerForRetrieverRun


class BylineRetriever(BaseRetriever):
    """Passages as Documents, best first.

    `metadata` holds where the passage stands (library, article_id, start, end: a slice of the stored article's text),
    what is known of its article, and the fused score, higher for better.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    search: SkipValidation[Retriever]
    libraries: tuple[str, ...]
    filters: Filters = Filters()
    limit: int = 10

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002  (the base class passes it)
    ) -> list[Document]:
        question = Question(text=query, libraries=self.libraries, filters=self.filters)
        return [_document(hit) for hit in self.search.search(question, self.limit)]


def _document(hit: Hit) -> Document:
    article = hit.article
    return Document(
        page_content=hit.text,
        metadata={
            "library": hit.library,
            "article_id": article.id,
            "start": hit.start,
            "end": hit.end,
            "score": hit.score,
            "title": article.title,
            "byline": article.byline,
            "publisher": article.publisher,
            "published": article.published,
            "url": article.url,
            "source": article.source,
        },
    )
