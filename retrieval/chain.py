"""Byline in LangChain's terms: the pipeline as a Runnable, Question -> Answer, and the search as a retriever.

`invoke`, `batch` and their async forms give the Answer; `astream_events` reports each named step as it ends, what a
chat model writes as it does, and as the custom event "sentence" each sentence that the articles support. LangChain's
own tracing sees the same steps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_core.callbacks import dispatch_custom_event
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableConfig, RunnableLambda
from pydantic import ConfigDict, SkipValidation

from retrieval.types import Answer, Filters, Question, Retriever
from retrieval.watching import Watch

if TYPE_CHECKING:
    from langchain_core.callbacks import CallbackManagerForRetrieverRun

    from retrieval.pipeline import Inquiry, Pipeline
    from retrieval.watching import Unfinished

Chain = Runnable[Question, Answer]


def build_chain(pipeline: Pipeline) -> Chain:
    """Gives the pipeline's steps as one Runnable, named "byline"."""

    def read(inquiry: Inquiry, config: RunnableConfig) -> Answer:
        return pipeline.read(inquiry, _telling(config))

    chain = (
        RunnableLambda(pipeline.understand, name="standalone")
        | RunnableLambda(pipeline.search, name="search")
        | RunnableLambda(read, name="read")
    )
    return chain.with_config(run_name="byline")


def taking_text(chain: Chain, libraries: tuple[str, ...]) -> Runnable[str | Question, Answer]:
    """The chain, for a text too, which is asked of these libraries."""

    def question(asked: str | Question) -> Question:
        return asked if isinstance(asked, Question) else Question(text=asked, libraries=libraries)

    return RunnableLambda(question, name="question") | chain


def _telling(config: RunnableConfig) -> Watch:
    """The watch that was passed as `configurable`, if any, which then also tells each sentence as an event."""
    watch: Watch = config.get("configurable", {}).get("watch") or Watch()
    show, told = watch.show, 0

    def tell(unfinished: Unfinished) -> None:
        nonlocal told
        for statement in unfinished.statements[told:]:
            dispatch_custom_event("sentence", {"text": statement.text, "citations": statement.citations}, config=config)
        told = len(unfinished.statements)
        show(unfinished)

    watch.show = tell
    return watch


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
        return [
            Document(
                page_content=hit.text,
                metadata={
                    "library": hit.library,
                    "article_id": hit.article.id,
                    "start": hit.start,
                    "end": hit.end,
                    "score": hit.score,
                    "title": hit.article.title,
                    "byline": hit.article.byline,
                    "publisher": hit.article.publisher,
                    "published": hit.article.published,
                    "url": hit.article.url,
                    "source": hit.article.source,
                },
            )
            for hit in self.search.search(question, self.limit)
        ]
