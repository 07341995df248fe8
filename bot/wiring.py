"""The composition root: settings to the parts, each built once and handed on by name."""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import threading
import time
from functools import cached_property
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

from retrieval.errors import LibraryError, SettingsError
from retrieval.serving.owner import OwnerGone, Ownership, ask_owner, held_by
from retrieval.store.articles import Articles, open_engine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType
    from typing import Self

    from langchain_core.runnables import Runnable

    from bot.settings import Settings
    from retrieval.chain import Chain
    from retrieval.library import Library, Progress
    from retrieval.models.span_model import OnnxSpanModel
    from retrieval.pipeline import Pipeline
    from retrieval.search import Search
    from retrieval.types import Answer, Answerer, Encoder, Question
    from retrieval.watching import Watch
    from retrieval.writer import Writer
    from retrieval.writer.chat_model import ChatModel

SEEDS_LIBRARY = "public"
VECTORS, LEXICAL = "vectors", "lexical"  # folders of the data directory
_PATIENCE = 30.0  # seconds to wait for a short command that owns the directory
_FEW = 20  # pending articles that are worth a few seconds before the first answer
_LOOK_AGAIN = 0.5  # seconds between the owner's looks at what other processes staged
_AFTER_FAILURE = 30.0
_SENDING = 10.0  # seconds that what LangSmith is told may take at the end
_log = logging.getLogger("byline")


def quiet_dependencies(settings: Settings) -> None:
    """Nothing opens a connection unless it was asked for. To be called before the libraries concerned are imported."""
    os.environ["ANONYMIZED_TELEMETRY"] = "False"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = os.environ["DO_NOT_TRACK"] = "1"
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    if settings.offline:
        os.environ["HF_HUB_OFFLINE"] = os.environ["TRANSFORMERS_OFFLINE"] = "1"
    if not settings.tracing:
        # Either variable alone makes LangChain connect, whatever the other says.
        os.environ["LANGSMITH_TRACING"] = os.environ["LANGCHAIN_TRACING_V2"] = "false"


def open_articles(settings: Settings) -> Articles:
    """The article table of the data directory. A new one has the articles of seeds/ staged.

    Raises:
        LibraryError: the directory cannot be made or written, or holds something else.
    """
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise LibraryError(
            f"The data directory {settings.data_dir} cannot be made ({error.strerror}); name another with --data-dir."
        ) from error
    articles = Articles(open_engine(settings.data_dir))
    if articles.fact("seeded") is None:
        _stage_seeds(articles, settings)
    return articles


def _stage_seeds(articles: Articles, settings: Settings) -> None:
    from dataclasses import replace

    from retrieval.sources import read_sources
    from retrieval.types import Article

    with as_file(files("seeds")) as folder:
        for article in read_sources([str(folder)], max_bytes=settings.max_file_bytes):
            if isinstance(article, Article):
                name = f"seeds/{os.path.basename(article.source or '')}"  # noqa: PTH119  (source may be any string)
                articles.stage(SEEDS_LIBRARY, [replace(article, id=name, source=name)])
    articles.set_fact("seeded", "yes")


def load_model(settings: Settings, say: Callable[[str], None] = lambda _: None) -> Encoder:
    from retrieval.models.encoder import load_encoder

    return load_encoder(settings.embedding_model, cache_dir=settings.cache_dir, threads=settings.threads, progress=say)


def load_reader(settings: Settings, say: Callable[[str], None] = lambda _: None) -> OnnxSpanModel:
    from retrieval.models.span_model import load_span_model

    return load_span_model(settings.reader_model, cache_dir=settings.cache_dir, threads=settings.threads, progress=say)


def use_prompts(settings: Settings) -> None:
    """Let the user's folder of prompts, if one is set, go before those that are shipped.

    Raises:
        SettingsError: it cannot be read, or a prompt there does not fit.
    """
    from prompts import PromptError, override

    try:
        override(settings.prompts_dir)
    except (PromptError, OSError) as error:
        raise SettingsError(f"BYLINE_PROMPTS_DIR={settings.prompts_dir} cannot be used: {error}") from error


def load_chat_model(settings: Settings, articles: Articles) -> ChatModel | None:
    """The chat model that the settings name, ready to be asked; None where they name none.

    Raises:
        SettingsError: it cannot be used.
    """
    if settings.chat_model is None:
        return None
    from retrieval.writer.budget import Budget, Limits
    from retrieval.writer.chat_model import ChatModel
    from retrieval.writer.providers import ChatSettings

    limits = Limits(
        settings.chat_tokens_a_day,
        settings.chat_cost_a_day,
        settings.chat_input_price or 0.0,
        settings.chat_output_price or 0.0,
    )
    given = ChatSettings(
        model=settings.chat_model,
        base_url=settings.chat_base_url,
        structured=settings.chat_structured,
        timeout=settings.chat_timeout,
        retries=settings.chat_retries,
        parallel=settings.chat_parallel,
        answer_tokens=settings.chat_answer_tokens,
        limits=limits,
    )
    return ChatModel(given, Budget(limits, articles))


def _load_writer(settings: Settings, articles: Articles, model: OnnxSpanModel, reader: Answerer) -> Writer | None:
    chat = load_chat_model(settings, articles)
    if chat is None:
        return None
    from retrieval.gate import Gate
    from retrieval.writer import Writer

    use_prompts(settings)
    return Writer(chat, Gate(model), reader)


class Engine:
    """All parts of an owner: opened once, closed once."""

    def __init__(
        self,
        settings: Settings,
        articles: Articles,
        ownership: Ownership,
        encoder: Encoder,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        from retrieval.index.chroma import open_client
        from retrieval.index.lexical import Lexical
        from retrieval.index.vectors import Vectors
        from retrieval.library import Library
        from retrieval.search import Search

        self._settings = settings
        self._say = say
        self._ownership = ownership
        self._articles = articles
        self._lexical = Lexical(settings.data_dir / LEXICAL)
        self._vectors = Vectors(open_client(settings.data_dir / VECTORS))
        self.library: Library = Library(articles, self._vectors, self._lexical, encoder)
        self.search: Search = Search(articles, self._vectors, self._lexical, encoder)
        self._stopping = threading.Event()
        self._keeper: threading.Thread | None = None

    @cached_property
    def pipeline(self) -> Pipeline:
        from retrieval.pipeline import Pipeline
        from retrieval.reader import LinearScorer, Reader
        from retrieval.store.quotes import Quotations

        model = load_reader(self._settings, self._say)
        scorer = LinearScorer(model, hits=self._settings.hits)
        quotations = Quotations(self._articles.engine)
        reader = Reader(scorer, threshold=self._settings.threshold, quotations=quotations)
        writer = _load_writer(self._settings, self._articles, model, reader)
        return Pipeline(self.search, reader, self._articles, limit=self._settings.hits, writer=writer)

    @cached_property
    def chain(self) -> Chain:
        from retrieval.chain import build_chain

        return build_chain(self.pipeline)

    def answer(self, question: Question, watch: Watch | None = None) -> Answer:
        """Through LangChain where its tracing is to see it; the same steps without, which starts sooner, elsewhere."""
        if self._settings.tracing:
            answer = self.chain.invoke(question, {"configurable": {"watch": watch}})
        else:
            answer = self.pipeline.answer(question, watch)
        if self._settings.keep_unanswered:
            self._note(question, answer)
        return answer

    def _note(self, question: Question, answer: Answer) -> None:
        from retrieval.store import unanswered

        try:
            unanswered.note(self._articles.engine, question, answer)
        except Exception as error:  # noqa: BLE001  (a full disk, say: the answer is what counts)
            _log.warning("An unanswered question could not be kept (%s)", getattr(error, "orig", error))

    def serve(self) -> None:
        """Answer for other processes."""
        self._ownership.serve(self.answer, keeps_up=self._keeper is not None)

    def keep_up(self) -> None:
        """In the background, index and erase what other processes stage and withdraw."""
        self._keeper = threading.Thread(target=self._keep_up, name="keeper", daemon=True)
        self._keeper.start()

    def _keep_up(self) -> None:
        from retrieval.library import index_quotations

        pause = _LOOK_AGAIN
        while not self._stopping.wait(pause):
            try:
                self.library.erase()
                self.library.index(stop=self._stopping.is_set)
                index_quotations(self._articles, stop=self._has_more_urgent_work)
                pause = _LOOK_AGAIN
            except Exception:  # noqa: BLE001  (a full disk, say: what is pending stays so, and questions are answered)
                _log.exception("Indexing failed; trying again in %d s", _AFTER_FAILURE)
                pause = _AFTER_FAILURE

    def _has_more_urgent_work(self) -> bool:
        return self._stopping.is_set() or self._articles.count_everywhere("pending") > 0

    def close(self) -> None:
        self._stopping.set()
        if self._keeper is not None:
            self._keeper.join()
        self._lexical.close()
        self._vectors.close()
        self._ownership.close()
        if self._settings.tracing and "chain" in self.__dict__:
            from langchain_core.tracers.langchain import wait_for_all_tracers

            # They send in the background, which a short command would end too soon.
            sending = threading.Thread(target=wait_for_all_tracers, daemon=True)
            sending.start()
            sending.join(_SENDING)


@contextlib.contextmanager
def open_chain(*libraries: str) -> Iterator[Runnable[str | Question, Answer]]:
    """The chain of retrieval.chain over the data directory that the settings name, for questions as text too.

    Text is asked of `libraries`, by default the one that the settings name.

    Raises:
        BylineError: the settings or the library cannot be used, or another process owns the data directory.
    """
    from bot.settings import load_settings

    settings = load_settings()
    quiet_dependencies(settings)
    with Desk(settings, "script", stays=False) as desk:
        if (engine := desk.own(timeout=_PATIENCE)) is None:
            raise held_by(settings.data_dir)
        from retrieval.chain import taking_text

        yield taking_text(engine.chain, libraries or (settings.library,))


class Desk:
    """Answers questions: as the owner of the data directory, or through the one who is.

    Usable as a context manager; it opens what it needs with the first question or `own`.
    """

    def __init__(self, settings: Settings, command: str, *, stays: bool) -> None:
        """`stays`: the process will be there for a while, so it keeps the indexes up to date and answers for others."""
        self.settings = settings
        self._command = command
        self._stays = stays
        self.articles = open_articles(settings)
        self.engine: Engine | None = None
        self._opening = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.engine is not None:
            self.engine.close()
        self.articles.close()

    def own(
        self,
        *,
        timeout: float = 0.0,
        afresh: bool = False,
        progress: Callable[[Progress], None] = lambda _: None,
        say: Callable[[str], None] = lambda _: None,
    ) -> Engine | None:
        """The engine, if this process is or can become the owner.

        A few pending articles are indexed before it is handed out. `afresh` discards the indexes first, so that every
        article is pending.
        """
        with self._opening:
            if self.engine is None and (ownership := self._take(timeout)) is not None:
                try:
                    encoder = load_model(self.settings, say)
                    if afresh:
                        self._discard_indexes()
                    self.engine = Engine(self.settings, self.articles, ownership, encoder, say)
                except BaseException:
                    ownership.close()
                    raise
                self.engine.library.erase()
                if self.articles.count_everywhere("pending") <= _FEW:
                    self.engine.library.index(progress)
                self._find_few_quotations()
                if self._stays:
                    _ = self.engine.pipeline  # a reader model that cannot be used is told now
                    self.engine.keep_up()
                    self.engine.serve()
        return self.engine

    def _find_few_quotations(self) -> None:
        from retrieval.library import index_quotations
        from retrieval.quotes.indexing import count_unquoted

        if count_unquoted(self.articles.engine) <= _FEW:
            index_quotations(self.articles)

    def _discard_indexes(self) -> None:
        self.articles.unpublish_all()
        for name in (VECTORS, LEXICAL):
            shutil.rmtree(self.settings.data_dir / name, ignore_errors=True)

    def _take(self, timeout: float) -> Ownership | None:
        return Ownership.take(self.settings.data_dir, self._command, timeout=timeout)

    def answer(self, question: Question, watch: Watch | None = None) -> Answer:
        """Answer as the owner, or through the owner, whoever that is by now; `watch` sees it being written.

        Raises:
            DirectoryHeld: the owner answers no questions and does not end.
        """
        give_up = time.monotonic() + _PATIENCE
        while True:
            if (engine := self.own()) is not None:
                return engine.answer(question, watch)
            with contextlib.suppress(OwnerGone):
                return ask_owner(self.settings.data_dir, question, watch)
            if time.monotonic() > give_up:
                raise held_by(self.settings.data_dir)
            time.sleep(0.05)
