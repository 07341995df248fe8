"""The pipeline as a LangChain Runnable: Question -> Answer.

`invoke`, `batch` and their async forms give the Answer; `astream_events` reports each named step as it ends, and
LangChain's own tracing sees the same steps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_core.runnables import Runnable, RunnableBranch, RunnableLambda

from retrieval.types import Answer, Question

if TYPE_CHECKING:
    from retrieval.pipeline import Inquiry, Pipeline

Chain = Runnable[Question, Answer]


def build_chain(pipeline: Pipeline) -> Chain:
    def is_small_talk(inquiry: Inquiry) -> bool:
        return inquiry.small_talk is not None

    answering = RunnableLambda(pipeline.search, name="search") | RunnableLambda(pipeline.read, name="read")
    answered_or_chatted = RunnableBranch((is_small_talk, RunnableLambda(pipeline.chat, name="chat")), answering)
    chain = RunnableLambda(pipeline.understand, name="standalone") | answered_or_chatted
    return chain.with_config(run_name="byline")
