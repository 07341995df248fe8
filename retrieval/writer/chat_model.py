"""A chat model, asked for a completion: with a deadline, again where a failure may pass, within a budget, stoppable.

It is given what it is to work on clearly apart from what it is told to do. Articles and questions come from anywhere:
nothing in them can end the part of the prompt that they stand in.

LangChain's records stay here and in `providers`. Requests run on an event loop of their own, so that one that says
nothing can be given up at once, which ends its connection and with it the model's work.

Each provider has errors of its own; what they share is a status of HTTP. Their messages are not repeated: they can hold
parts of the request.
"""

from __future__ import annotations

import asyncio
import logging
import math
import queue
import re
import threading
import time
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from prompts import load, load_parts
from retrieval.errors import ChatModelFailed, RequestRefused
from retrieval.writer.providers import CHARACTERS_A_TOKEN, LEAST_CONTEXT, Usage, key_variable, open_model

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from concurrent.futures import Future

    from langchain_core.language_models import BaseChatModel, LanguageModelInput
    from langchain_core.runnables import Runnable
    from tenacity import RetryCallState

    from retrieval.types import Hit, Turn
    from retrieval.watching import Watch
    from retrieval.writer.providers import Budget, ChatSettings

Schema = dict[str, Any]
_POLL = 0.05  # seconds between looks at whether to stop
_INSTRUCTIONS = 700  # tokens of a prompt beside its passages
_ENDINGS = ("finish_reason", "done_reason", "stop_reason")
_CUT_SHORT = frozenset({"length", "max_tokens"})
_CUT_SHORT_ERROR = "LengthFinishReasonError"  # of OpenAI's client, for fields; what was written until then is good

_TEMPORARY = frozenset({408, 409, 425, 429})
_REFUSED = frozenset({400, 422, 501})
_SERVER_ERROR = 500
_UNUSABLE = "The chat model could not be used."
_REMEDIES = {
    401: (_UNUSABLE, "its server refused the key ({status}): set {key}"),
    403: (_UNUSABLE, "its server refused the key ({status}): set {key}"),
    404: (_UNUSABLE, "its server knows no {model!r} ({status}): check BYLINE_CHAT_MODEL"),
    429: ("The chat model has no capacity left.", "its server takes no more requests now ({status}): try again later"),
}
_OTHER = ("The chat model failed.", "its server answered {status}: `byline doctor` asks again")
_UNREACHED = ("The chat model could not be reached.", "nothing usable came from {where}: `byline doctor` asks again")
_TOO_SLOW = ("The chat model did not answer in time.", "BYLINE_CHAT_TIMEOUT allows more than {timeout:g} seconds")
_LONGEST_PAUSE = 20.0  # seconds
_log = logging.getLogger("byline")
_TAG = re.compile(r"<(?=\s*/?\s*(?:passages?|question|conversation|system|user|assistant)\b|\|)", re.IGNORECASE)
_ANSWER = 400  # characters of an answer that a follow-up is understood by


class Completion(Protocol):
    """What a chat model writes, under way: its pieces, as they arrive."""

    finished: bool
    """Once the pieces are over: whether the model ended by itself, and was not cut short or stopped."""

    def __iter__(self) -> Generator[str]:
        """Yields the pieces. To be closed where the rest is not wanted, which stops the model."""


class AnyChatModel(Protocol):
    """What a writer asks of a chat model."""

    @property
    def name(self) -> str: ...

    @property
    def structured(self) -> bool:
        """Whether it can reply in fields."""

    @property
    def room(self) -> int:
        """How many tokens of passages it can read at once, beside its instructions and its reply."""

    def complete(self, prompt: Prompt, watch: Watch, schema: Schema | None = None) -> Completion:
        """Returns the reply to a prompt, as JSON of a schema where one is given.

        Iterating it raises ChatModelFailed.
        """


class ChatModel:
    """The `AnyChatModel` by LangChain."""

    def __init__(self, settings: ChatSettings, budget: Budget) -> None:
        self.settings = settings
        self.budget = budget
        self._model: BaseChatModel = open_model(settings)
        self.structured = bool(settings.structured)

    @property
    def name(self) -> str:
        return self.settings.model

    @property
    def room(self) -> int:
        known = (self._model.profile or {}).get("max_input_tokens")
        context = self.settings.context or known or LEAST_CONTEXT
        return context - self.settings.answer_tokens - _INSTRUCTIONS

    def complete(self, prompt: Prompt, watch: Watch, schema: Schema | None = None) -> StreamedCompletion:
        return StreamedCompletion(self, prompt, watch, schema)

    @cached_property
    def turns(self) -> asyncio.Semaphore:
        """Holds as many requests as may run at the same time."""
        return asyncio.Semaphore(self.settings.parallel)

    def bound_to(self, schema: Schema | None) -> Runnable[LanguageModelInput, Any]:
        """Returns the model, bound to reply in the schema as its provider wishes to be told."""
        if schema is None:
            return self._model
        bound = self._model.with_structured_output(schema, method="json_schema")
        return getattr(bound, "first", bound)  # without the parser, which would hide where the JSON ends


class StreamedCompletion:
    """One completion of a ChatModel."""

    def __init__(self, chat: ChatModel, prompt: Prompt, watch: Watch, schema: Schema | None) -> None:
        self.finished = False
        self._chat = chat
        self._prompt = prompt
        self._watch = watch
        self._schema = schema
        self._pieces: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._written = 0  # characters
        self._usage = Usage()
        self._most = Usage(_tokens(len(prompt.system) + len(prompt.user)), chat.settings.answer_tokens)

    def __iter__(self) -> Generator[str]:
        self._chat.budget.set_aside(self._most)
        try:
            request = asyncio.run_coroutine_threadsafe(self._request(), _event_loop())
            request.add_done_callback(lambda _: self._pieces.put(None))
            yield from self._until_done(request)
        finally:
            estimate = Usage(self._most.input if self._written else 0, _tokens(self._written))
            self._chat.budget.settle(self._most, self._usage if self._usage.total else estimate)

    def _until_done(self, request: Future[None]) -> Generator[str]:
        """Yields the pieces, until the request is over or nobody waits for it any more."""
        try:
            while not self._watch.stopped:
                try:
                    piece = self._pieces.get(timeout=_POLL)
                except queue.Empty:
                    continue
                if piece is None:
                    break
                yield piece
            else:
                self.finished = False
                return
        finally:
            request.cancel()
        if (error := request.exception()) is not None:
            self.finished = False
            failure = error if isinstance(error, ChatModelFailed) else failed(error, self._chat.settings)
            _log.warning("%s (%s)", failure, type(error).__name__)
            raise failure from None  # what a provider says of a request may hold a part of the key

    async def _request(self) -> None:
        """Asks, and asks again where nothing was written yet and the failure may pass."""
        from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt

        attempts = AsyncRetrying(
            retry=retry_if_exception(lambda error: not self._written and may_pass(error)),
            stop=stop_after_attempt(self._chat.settings.retries + 1),
            wait=pause,
            reraise=True,
        )
        left = self._watch.deadline(self._chat.settings.timeout) - time.monotonic()
        async with asyncio.timeout(left), self._chat.turns:
            await attempts(self._stream)

    async def _stream(self) -> None:
        messages: LanguageModelInput = [("system", self._prompt.system), ("human", self._prompt.user)]
        try:
            async for chunk in self._chat.bound_to(self._schema).astream(messages):
                if text := str(chunk.text):
                    self._written += len(text)
                    self._pieces.put(text)
                if usage := chunk.usage_metadata:
                    self._usage += Usage(usage["input_tokens"], usage["output_tokens"])
                if ending := next(filter(None, map(chunk.response_metadata.get, _ENDINGS)), None):
                    self.finished = str(ending).lower() not in _CUT_SHORT
        except Exception as error:
            if type(error).__name__ != _CUT_SHORT_ERROR:
                raise
            self.finished = False


@cache
def _event_loop() -> asyncio.AbstractEventLoop:
    """Returns one loop for all models: their clients are shared behind the scenes, and belong to one loop."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="chat models", daemon=True).start()
    return loop


def _tokens(characters: int) -> int:
    return -(-characters // CHARACTERS_A_TOKEN)


def may_pass(error: BaseException) -> bool:
    """Tells whether the same request may succeed in a moment; one that was cancelled is over."""
    status = _status(error)
    if not isinstance(error, Exception):
        return False
    return status is None or status in _TEMPORARY or status >= _SERVER_ERROR


def _status(error: BaseException) -> int | None:
    """Returns the status of HTTP that the server answered with; None where it did not answer."""
    codes = (getattr(error, name, None) for name in ("status_code", "code"))
    return next((code for code in codes if isinstance(code, int) and code > 0), None)


def pause(state: RetryCallState) -> float:
    """Returns the seconds until the next try: as the server asks, else ever longer, and not all at once."""
    from tenacity import wait_random_exponential

    error = state.outcome.exception() if state.outcome else None
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    try:
        seconds = float(headers.get("retry-after") or 0)
    except ValueError:  # a date
        seconds = 0.0
    if seconds > 0 and math.isfinite(seconds):
        return min(seconds, _LONGEST_PAUSE)
    return wait_random_exponential(multiplier=0.5, max=8)(state)


def failed(error: BaseException, settings: ChatSettings) -> ChatModelFailed:
    """Returns what to say of a request that was given up, with the remedy."""
    status = _status(error)
    if isinstance(error, TimeoutError):
        message, remedy = _TOO_SLOW
    elif status is None:
        message, remedy = _UNREACHED
    else:
        message, remedy = _REMEDIES.get(status, _OTHER)
    kind = RequestRefused if status in _REFUSED else ChatModelFailed
    return kind(
        message,
        remedy.format(
            status=status,
            key=key_variable(settings) or "the right one",
            model=settings.model.partition(":")[2],
            where=settings.base_url or "its provider",
            timeout=settings.timeout,
        ),
    )


class Prompt(NamedTuple):
    """The two messages that a chat model is sent: the instructions, and what they are to be applied to."""

    system: str
    user: str


def load_prompt(name: str, **variables: str) -> Prompt:
    """Returns a prompt with its variables filled in."""
    system, user = load_parts(name, **variables)
    return Prompt(system, user)


def numbered(hits: Sequence[Hit]) -> str:
    """Returns the passages, numbered from 1, each with what is known of its article."""
    passages = []
    for number, hit in enumerate(hits, start=1):
        of = hit.article
        fields = {"Title": of.title, "Outlet": of.publisher, "By": of.byline, "Published": of.published}
        head = [f"{name}: {one_line(value)}" for name, value in fields.items() if value and value.strip()]
        lines = (f'<passage number="{number}">', *head, "Text:", harmless(hit.text.strip()), "</passage>")
        passages.append("\n".join(lines))
    return "\n".join(passages)


def conversation(turns: Sequence[Turn], summary: str = "") -> str:
    """Returns the turns, oldest first, after a summary of those before them; answers without notes and markers."""
    lines = [f"Earlier: {one_line(summary)}"] if summary else []
    for turn in turns:
        said = " ".join(statement.text for statement in turn.answer.statements)
        answer = one_line(said or (turn.answer.text if turn.answer.answered else load("refusal")))
        if len(answer) > _ANSWER:
            answer = f"{answer[:_ANSWER].rsplit(' ', 1)[0]} …"
        lines += [f"Question: {one_line(turn.question)}", f"Answer: {answer}"]
    return "\n".join(lines)


def one_line(text: str) -> str:
    """Returns the text on one line, harmless."""
    return harmless(" ".join(text.split()))


def harmless(text: str) -> str:
    """Returns the text with nothing in it that looks like a tag of a prompt."""
    return _TAG.sub("‹", text)
