"""The pipeline as a LangChain Runnable: Question -> Answer.

`invoke`, `batch` and their async forms give the Answer; `astream_events` reports each named step as it ends, what a
chat model writes as it does, and as the custom event "sentence" each sentence that the articles support. LangChain's
own tracing sees the same steps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_core.callbacks import dispatch_custom_event
from langchain_core.runnables import Runnable, RunnableConfig, RunnableLambda

from retrieval.types import Answer, Question
from retrieval.watching import Watch

if TYPE_CHECKING:
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
