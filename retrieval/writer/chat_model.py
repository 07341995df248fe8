"""A chat model, asked for a reply: with a deadline, again where a failure may pass, within a budget, stoppable.

LangChain's records stay here and in `providers`. Requests run on an event loop of their own, so that one that says
nothing can be given up at once, which ends its connection and with it the model's work.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Protocol

from retrieval.errors import ChatModelFailed
from retrieval.writer.budget import Usage
from retrieval.writer.failures import failed, passes, pause
from retrieval.writer.providers import open_model, supports_fields

if TYPE_CHECKING:
    from collections.abc import Generator
    from concurrent.futures import Future

    from langchain_core.language_models import BaseChatModel, LanguageModelInput
    from langchain_core.messages import AIMessageChunk
    from langchain_core.runnables import Runnable

    from retrieval.watching import Watch
    from retrieval.writer.budget import Budget
    from retrieval.writer.providers import ChatSettings

Schema = dict[str, Any]
_LOOK = 0.05  # seconds between looks at whether to stop
_CHARACTERS_A_TOKEN = 4  # of English, for what tells no usage
_ENDINGS = ("finish_reason", "done_reason", "stop_reason")
_CUT_SHORT = frozenset({"length", "max_tokens"})
_CUT_SHORT_ERROR = "LengthFinishReasonError"  # of OpenAI's client, for fields; what was said until then is good
_log = logging.getLogger("byline")


class Reply(Protocol):
    """A reply under way: its pieces, as they arrive."""

    complete: bool
    """Once the pieces are over: whether the model ended by itself, and was not cut short or stopped."""

    def __iter__(self) -> Generator[str]:
        """To be closed where the rest is not wanted, which stops the model."""


class Chat(Protocol):
    """What a writer asks of a chat model."""

    @property
    def name(self) -> str: ...

    @property
    def structured(self) -> bool:
        """Whether it can reply in fields."""

    def reply(self, told: str, given: str, watch: Watch, schema: Schema | None = None) -> Reply:
        """The reply to instructions and material, as JSON of a schema where one is given.

        Iterating it raises ChatModelFailed.
        """


class ChatModel:
    """The `Chat` by LangChain."""

    def __init__(self, settings: ChatSettings, budget: Budget) -> None:
        self.settings = settings
        self.budget = budget
        self._model: BaseChatModel = open_model(settings)
        self.structured = supports_fields(self._model, settings)

    @property
    def name(self) -> str:
        return self.settings.model

    def reply(self, told: str, given: str, watch: Watch, schema: Schema | None = None) -> Streamed:
        return Streamed(self, told, given, watch, schema)

    @cached_property
    def turns(self) -> asyncio.Semaphore:
        return asyncio.Semaphore(self.settings.parallel)

    def asked_for(self, schema: Schema | None) -> Runnable[LanguageModelInput, Any]:
        """The model, bound to reply in the schema as its provider wishes to be told."""
        if schema is None:
            return self._model
        bound = self._model.with_structured_output(schema, method="json_schema")
        return getattr(bound, "first", bound)  # without the parser, which would hide where the JSON ends


class Streamed:
    """One reply of a ChatModel."""

    def __init__(self, chat: ChatModel, told: str, given: str, watch: Watch, schema: Schema | None) -> None:
        self.complete = False
        self._chat = chat
        self._messages: LanguageModelInput = [("system", told), ("human", given)]
        self._watch = watch
        self._schema = schema
        self._pieces: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._said = 0
        self._usage = Usage()
        self._most = Usage(_tokens(len(told) + len(given)), chat.settings.answer_tokens)

    def __iter__(self) -> Generator[str]:
        self._chat.budget.set_aside(self._most)
        try:
            future = asyncio.run_coroutine_threadsafe(self._in_time(), _loop())
            future.add_done_callback(lambda _: self._pieces.put(None))
            yield from self._until(future)
        finally:
            self._chat.budget.settle(self._most, self._counted())

    def _until(self, future: Future[None]) -> Generator[str]:
        """The pieces, until the request is over, or nobody waits for it any more."""
        try:
            while not self._watch.stopped:
                try:
                    piece = self._pieces.get(timeout=_LOOK)
                except queue.Empty:
                    continue
                if piece is None:
                    self._end(future)
                    return
                yield piece
        finally:
            future.cancel()
        self.complete = False

    def _end(self, future: Future[None]) -> None:
        if (error := future.exception()) is not None:
            self.complete = False
            known = error if isinstance(error, ChatModelFailed) else failed(error, self._chat.settings)
            _log.warning("%s (%s)", known, type(error).__name__)
            raise known from None  # what a provider says of a request may hold a part of the key

    async def _in_time(self) -> None:
        async with asyncio.timeout(self._chat.settings.timeout), self._chat.turns:
            await self._persistently()

    async def _persistently(self) -> None:
        from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt

        again = AsyncRetrying(
            retry=retry_if_exception(lambda error: not self._said and passes(error)),
            stop=stop_after_attempt(self._chat.settings.retries + 1),
            wait=pause,
            reraise=True,
        )
        await again(self._once)

    async def _once(self) -> None:
        try:
            async for chunk in self._chat.asked_for(self._schema).astream(self._messages):
                self._take(chunk)
        except Exception as error:
            if type(error).__name__ != _CUT_SHORT_ERROR:
                raise
            self.complete = False

    def _take(self, chunk: AIMessageChunk) -> None:
        if text := str(chunk.text):
            self._said += len(text)
            self._pieces.put(text)
        if usage := chunk.usage_metadata:
            self._usage += Usage(usage["input_tokens"], usage["output_tokens"])
        if ending := next(filter(None, map(chunk.response_metadata.get, _ENDINGS)), None):
            self.complete = str(ending).lower() not in _CUT_SHORT

    def _counted(self) -> Usage:
        """What the provider told, else an estimate."""
        if self._usage.total:
            return self._usage
        return Usage(self._most.input if self._said else 0, _tokens(self._said))


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """One for all models: their clients are shared behind the scenes, and belong to one loop."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="chat models", daemon=True).start()
    return loop


def _tokens(characters: int) -> int:
    return -(-characters // _CHARACTERS_A_TOKEN)
