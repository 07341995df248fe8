"""What the owner of a data directory answers and indexes with: how it is chosen, and all of it, opened once."""

from __future__ import annotations

import datetime as dt
import logging
import os
import threading
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from platformdirs import user_cache_path

from retrieval.errors import BylineError, SettingsError, explained
from retrieval.watching import ignore

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from retrieval.chain import Chain
    from retrieval.index.server import ChromaServer
    from retrieval.index.vectors import Chroma
    from retrieval.models.served import Endpoint
    from retrieval.models.span_model import SpanModel
    from retrieval.pipeline import Pipeline
    from retrieval.store.articles import Articles
    from retrieval.types import Answer, Encoder, Question
    from retrieval.watching import Watch
    from retrieval.writer.chat_model import ChatModel
    from retrieval.writer.providers import ChatSettings

EMBEDDING_MODEL, READER_MODEL, HITS = "all-MiniLM-L6-v2", "byline-minilm", 20
_AT_ONCE = 4  # answers that are made at the same time; where there are more cores, or a chat model is asked, more
_SHOWN = 3  # hits, where there is no answer
_SENDING = 10.0  # seconds that what LangSmith is told may take at the end
_UNREAD = dt.timedelta(days=1)  # that no feed of a library was read: its articles may be out of date
_log = logging.getLogger("byline")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What may be chosen of the parts. Each has a default; a model that is given as an object is used as it is.

    Attributes:
        embedding_model: `retrieval.models.encoder.load_encoder` tells which names it takes.
        embedding_endpoint: where a served embedding model is, and what it reads.
        reader_model: the same of `retrieval.models.span_model.load_span_model`.
        cache_dir: where models are kept once they are prepared; by default the user's own cache.
        threads: for the models; by default as many as there are cores.
        hits: how many passages are read to answer.
        threshold: the least confidence of an answer; by default the one that was fitted.
        database_url: of the PostgreSQL database that has the tables; without one they are a file of the data directory.
        chroma: the server that keeps the vectors; without one they are files of the data directory.
        chat: the chat model that writes answers; without one they are in the articles' words.
        prompts_dir: prompts that go before those that are shipped.
        keep_unanswered: whether questions that the articles do not answer are kept.
        traced: whether answers go through LangChain, so that its tracing sees them.
        encoder: in the place of the embedding model.
        span_model: in the place of the reader's model.
    """

    embedding_model: str = EMBEDDING_MODEL
    embedding_endpoint: Endpoint | None = None
    reader_model: str = READER_MODEL
    cache_dir: Path | None = None
    threads: int | None = None
    hits: int = HITS
    threshold: float | None = None
    database_url: str | None = field(default=None, repr=False)
    chroma: ChromaServer | None = None
    chat: ChatSettings | None = None
    prompts_dir: Path | None = None
    keep_unanswered: bool = True
    traced: bool = False
    encoder: Encoder | None = None
    span_model: SpanModel | None = None

    def load_encoder(self, say: Callable[[str], None] = ignore, index: str | None = None) -> Encoder:
        """Returns what turns texts into vectors, for a new index or one that has a fingerprint.

        `say` is told of what takes its time.

        Raises:
            ModelError: it cannot be found or loaded.
        """
        from retrieval.models.encoder import load_encoder

        return self.encoder or load_encoder(
            self.embedding_model,
            cache_dir=self._cache_dir,
            threads=self.threads,
            endpoint=self.embedding_endpoint,
            index=index,
            progress=say,
        )

    def chroma_of(self, folder: Path) -> Chroma:
        """Returns where the vectors of the index in a folder are kept."""
        if self.chroma is None:
            from retrieval.index.embedded import EmbeddedChroma

            return EmbeddedChroma(folder)
        from retrieval.index.server import ServedChroma

        return ServedChroma(self.chroma, folder)

    def load_span_model(self, say: Callable[[str], None] = ignore) -> SpanModel:
        """Returns the model that marks the words that answer.

        Raises:
            ModelError: it cannot be found or loaded.
        """
        from retrieval.models.span_model import load_span_model

        return self.span_model or load_span_model(
            self.reader_model, cache_dir=self._cache_dir, threads=self.threads, progress=say
        )

    def forget_digests(self) -> None:
        """Lets the files of the models be read through when they are loaded next."""
        from retrieval.models.files import forget_digests

        forget_digests(self._cache_dir)

    def load_chat_model(self, articles: Articles) -> ChatModel | None:
        """Returns the chat model, ready to be asked, or None; `articles` remember what it has cost today.

        Raises:
            SettingsError: it cannot be used.
        """
        if self.chat is None:
            return None
        from retrieval.writer.chat_model import ChatModel
        from retrieval.writer.providers import Budget

        return ChatModel(self.chat, Budget(self.chat.limits, articles))

    def use_prompts(self) -> None:
        """Lets the user's folder of prompts go before those that are shipped.

        Raises:
            SettingsError: it cannot be read, or a prompt there does not fit.
        """
        from prompts import PromptError, override

        try:
            override(self.prompts_dir)
        except (PromptError, OSError) as error:
            raise SettingsError(f"BYLINE_PROMPTS_DIR={self.prompts_dir} cannot be used: {error}") from error

    @property
    def _cache_dir(self) -> Path:
        return self.cache_dir or user_cache_path("byline")


class Parts:
    """All parts of an owner: opened once, closed once. What only answering needs is loaded with the first question."""

    def __init__(
        self,
        data_dir: Path,
        articles: Articles,
        options: Options,
        say: Callable[[str], None] = ignore,
    ) -> None:
        """Opens the indexes. One that nobody has closed is looked at thoroughly, a small table of articles always.

        Raises:
            BylineError: a model or an index cannot be used.
        """
        from retrieval.index.lexical import Lexical
        from retrieval.index.manifest import LEXICAL, fresh_name, take_note
        from retrieval.index.vectors import Vectors
        from retrieval.library import Library
        from retrieval.search import Search
        from retrieval.store.articles import FINGERPRINT
        from retrieval.store.database import check_tables

        check_tables(articles.engine, at_start=True)
        encoder = options.load_encoder(say, articles.fact(FINGERPRINT))
        chroma, mark = options.chroma_of(data_dir / articles.index_name()), articles.index_mark()
        if chroma.is_shared and articles.fact(FINGERPRINT) is None:  # a new index
            articles.put_into_use(fresh_name())
            chroma = chroma.at(data_dir / articles.index_name())
        folder = chroma.folder
        was_closed = take_note(folder, mark)
        if not was_closed:
            chroma.check()
        self._options = options
        self._turn = threading.Semaphore(
            max(_AT_ONCE, os.cpu_count() or 1, options.chat.parallel if options.chat else 1)
        )
        self._say = say
        self._articles = articles
        self._lexical = Lexical(folder / LEXICAL)
        self._vectors = Vectors(chroma)
        self._encoder = encoder
        try:
            self.library = Library(articles, self._vectors, self._lexical, encoder)
            if not was_closed:
                self.library.check()
                self.library.changed = True
        except BaseException:
            self._lexical.close()
            self._vectors.close()
            raise
        self.search = Search(articles, self._vectors, self._lexical, encoder)

    @cached_property
    def pipeline(self) -> Pipeline:
        """The steps from a question to its answer."""
        from retrieval.pipeline import Pipeline
        from retrieval.reader import LinearScorer, Reader
        from retrieval.spelling import Speller
        from retrieval.store.quotes import Quotations

        options = self._options
        model = options.load_span_model(self._say)
        quotations = Quotations(self._articles.engine)
        reader = Reader(LinearScorer(model), threshold=options.threshold, quotations=quotations)
        writer = None
        if chat := options.load_chat_model(self._articles):  # nothing of a writer is imported without one
            from retrieval.gate import Gate
            from retrieval.writer import Writer

            options.use_prompts()
            writer = Writer(chat, Gate(), reader)
        speller = Speller(self._articles, self._lexical, self._encoder)
        return Pipeline(self.search, reader, self._articles, limit=options.hits, writer=writer, speller=speller)

    @cached_property
    def chain(self) -> Chain:
        """The same as a LangChain Runnable."""
        from retrieval.chain import build_chain

        return build_chain(self.pipeline)

    def answer(self, question: Question, watch: Watch | None = None) -> Answer:
        """Returns the answer, and keeps the question where the articles have none; `watch` sees it being written.

        Who asks while as many answers are made as help each other waits for one of them to end.

        Raises:
            BylineError: whatever stopped it; what nobody foresaw is in the log.
        """
        with self._turn:
            return self._answered_and_kept(question, watch)

    def _answered_and_kept(self, question: Question, watch: Watch | None) -> Answer:
        from retrieval.store.stories import with_repeats

        damaged: list[tuple[str, str]] = []
        try:
            self.library.follow()
            answer = self._answered(question, watch)
            while more := self._articles.set_aside_damaged(_shown_by(answer)):
                damaged += more
                answer = self._answered(question, watch)
        except (BylineError, KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # also a panic of what is written in Rust, which is no Exception
            raise explained(error, "a question failed") from error
        if damaged:
            names = ", ".join(id_ for _, id_ in damaged)
            _log.error("Set aside, since their stored text is damaged: %s", names)
            answer = replace(answer, note=f"Left out, since what is stored of it is damaged: {names}.")
        if answer.citations:
            repeated = with_repeats(self._articles.engine, question.libraries, answer.citations)
            answer = replace(answer, citations=repeated)
        if told := notes(self._articles, question, answer):
            answer = replace(answer, note=" ".join(filter(None, (answer.note, *told))))
        if self._options.keep_unanswered:
            from retrieval.store import unanswered

            try:
                unanswered.note(self._articles.engine, question, answer)
            except Exception as error:  # noqa: BLE001  (a full disk, say: the answer is what counts)
                _log.warning("An unanswered question could not be kept (%s)", getattr(error, "orig", error))
        return answer

    def _answered(self, question: Question, watch: Watch | None) -> Answer:
        if self._options.traced:
            traced: Answer = self.chain.invoke(question, {"configurable": {"watch": watch}})
            return traced
        return self.pipeline.answer(question, watch)  # the same steps without LangChain, which starts sooner

    def close(self) -> None:
        """Closes the indexes; what LangSmith is to be told is sent first, for a while."""
        import secrets

        from retrieval.index.manifest import write_note

        self._lexical.close()
        self._vectors.close()
        try:
            if self.library.changed:
                self._articles.set_index_mark(secrets.token_hex(8))
            write_note(self._articles.directory / self._articles.index_name(), self._articles.index_mark())
        except (OSError, BylineError) as error:  # it is looked at thoroughly at the next start
            _log.warning("The index was closed without a note of its files (%s)", error)
        if self._options.traced and "chain" in self.__dict__:
            from langchain_core.tracers.langchain import wait_for_all_tracers

            # They send in the background, which a short command would end too soon.
            sending = threading.Thread(target=wait_for_all_tracers, daemon=True)
            sending.start()
            sending.join(_SENDING)


def _shown_by(answer: Answer) -> set[tuple[str, str]]:
    """Returns the libraries and ids of the articles that an answer shows."""
    nearest = () if answer.answered else answer.trace.hits[:_SHOWN]
    cited = {(citation.library, citation.article.id) for citation in answer.citations}
    return cited | {(hit.library, hit.article.id) for hit in nearest}


def notes(articles: Articles, question: Question, answer: Answer) -> list[str]:
    """Returns what is said with an answer of its library: that it is out of date, that an article was corrected.

    There is none with a reply that needs no articles.
    """
    from retrieval.store.revisions import corrections

    found = corrections(articles.engine, answer.citations)
    if answer.citations or not answer.answered:
        told = out_of_date(articles, question.libraries, dt.datetime.now(dt.UTC))
        found += [told] if told else []
    return found


def out_of_date(articles: Articles, libraries: Sequence[str], now: dt.datetime) -> str | None:
    """Returns what is said with an answer where no feed of the libraries was read for long.

    That is for how long, and of which day the newest article is; None where one was read, or where there are no feeds.
    """
    from retrieval.store.feeds import Feeds

    feeds = Feeds(articles.engine).of(libraries)
    read = max((feed.last_success or feed.added for feed in feeds), default=now)
    if now - read < _UNREAD:
        return None
    days = (now - read).days
    since = f"No feed was read for {days} day{'' if days == 1 else 's'}"
    newest = next((article.published_on for _, article in articles.latest(libraries, 1)), None)
    return f"{since}; the newest article is of {newest.day} {newest:%B %Y}." if newest else f"{since}."
