"""Byline for Python programs: a library that is asked, added to, and built upon.

Example:
    with open_byline(data_dir="news") as byline:
        byline.add(["reports.jsonl.gz"])
        print(byline.ask("What did Blinken say?").text)
"""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import user_data_path

from retrieval.errors import LibraryError, SourceError
from retrieval.serving.owner import held_by
from retrieval.serving.parts import Options
from retrieval.serving.session import MAX_BYTES, PATIENCE, Session, open_articles
from retrieval.types import Article, Filters, Question

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from langchain_core.runnables import Runnable

    from retrieval.chain import BylineRetriever
    from retrieval.errors import BylineError
    from retrieval.serving.parts import Parts
    from retrieval.store.articles import Staged
    from retrieval.types import Answer, QuoteKind, StoredQuote, Turn
    from retrieval.writer.providers import ChatSettings

_EVERYTHING = Filters()


@contextmanager
def open_byline(
    data_dir: Path | str | None = None,
    *,
    library: str = "public",
    chat_model: str | ChatSettings | None = None,
    options: Options | None = None,
    seeds: bool = True,
) -> Iterator[Byline]:
    """Opens a data directory, as its owner, until the end of the `with`.

    Reads no .env and no variable BYLINE_*: those are settings of the commands. Meanwhile it answers for other processes
    too, as `byline ask`, and indexes what they add.

    Args:
        data_dir: where the articles and their indexes are; by default where `byline` has them.
        library: which of its libraries is asked and added to.
        chat_model: PROVIDER:MODEL, as LangChain's init_chat_model has it, to write the answers; by default they are in
            the articles' own words.
        options: what else may be chosen.
        seeds: whether a new data directory has Byline's first article in its library "public".

    Raises:
        BylineError: a model or the library cannot be used, or another process owns the data directory.
    """
    try:
        directory = Path(data_dir).expanduser() if data_dir else user_data_path("byline")
    except RuntimeError as error:
        raise LibraryError(f"{data_dir} begins with the folder of a user who is not there.") from error
    chosen = options or Options()
    if chat_model is not None:
        from retrieval.writer.providers import ChatSettings

        chat = ChatSettings(chat_model) if isinstance(chat_model, str) else chat_model
        chosen = replace(chosen, chat=chat)
    articles = open_articles(directory, seeds=seeds, database_url=chosen.database_url)
    with Session(directory, "in Python", chosen, stays=True, articles=articles) as session:
        if (parts := session.own(timeout=PATIENCE)) is None:
            raise held_by(directory)
        yield Byline(session, parts, library)


class Byline:
    """A library that is open; `open_byline` makes it. May be used from several threads."""

    def __init__(self, session: Session, parts: Parts, library: str) -> None:
        self._session = session
        self._parts = parts
        self.library = library

    def ask(
        self,
        question: str | Question,
        *,
        history: Sequence[Turn] = (),
        asked: dt.date | None = None,
        filters: Filters = _EVERYTHING,
    ) -> Answer:
        """Returns the answer, whose every statement is cited, or the refusal where the articles do not say.

        Args:
            question: a text, which is asked of the library; or a `Question`, which says all that follows itself.
            history: the turns of the conversation before, oldest first.
            asked: the day on which it is asked, for "yesterday" and the like; by default today.
            filters: which articles count.

        Raises:
            BylineError: something failed.
        """
        self._check_open()
        if not isinstance(question, Question):
            question = Question(
                text=question,
                libraries=(self.library,),
                history=tuple(history),
                asked=asked or dt.date.today(),  # noqa: DTZ011  (the user's own day)
                filters=filters,
            )
        return self._parts.answer(question)

    def add(self, sources: Iterable[Article | Path | str], *, max_bytes: int = MAX_BYTES) -> dict[Staged, int]:
        """Adds articles, and returns how many are new, changed and unchanged once they can be asked about.

        Args:
            sources: articles, and paths of files or folders of them (.txt, .md, .jsonl, .jsonl.gz).
            max_bytes: the most that a text file or a row may have.

        Raises:
            SourceError: some could not be read; the others are added all the same.
        """
        self._check_open()
        errors: list[BylineError] = []
        counts = self._session.stage(self.library, _articles(sources, max_bytes), errors.append)
        self._session.index()
        if errors:
            raise SourceError("; ".join(map(str, errors)))
        return counts

    def remove(self, ids: Sequence[str]) -> int:
        """Removes articles by their ids, with every trace of them, and returns how many there were."""
        self._check_open()
        removed = self._session.articles.withdraw(self.library, ids)
        self._session.index()
        return removed

    def quotes(
        self,
        speaker: str | None = None,
        *,
        about: str | None = None,
        kind: QuoteKind | None = None,
        filters: Filters = _EVERYTHING,
        limit: int | None = None,
    ) -> list[StoredQuote]:
        """Returns who said what, word for word, newest article first.

        Args:
            speaker: a name, or a surname that only one has; None for everybody's.
            about: words that occur in it, in any form.
            kind: "direct", "indirect" or "mixed".
            filters: which articles count.
            limit: the most to return.

        Raises:
            AmbiguousSpeaker: several speakers are called so.
        """
        from retrieval.store.quotes import Quotations, QuoteQuery

        self._check_open()
        query = QuoteQuery(libraries=(self.library,), speaker=speaker, about=about, filters=filters, kind=kind)
        return Quotations(self._session.articles.engine).said(query, limit=limit)

    @property
    def chain(self) -> Runnable[str | Question, Answer]:
        """What answers as a LangChain Runnable (`invoke`, `batch`, `astream_events`), from a text or a `Question`."""
        from retrieval.chain import taking_text

        self._check_open()
        return taking_text(self._parts.chain, (self.library,))

    @property
    def retriever(self) -> BylineRetriever:
        """The search alone as a LangChain retriever, for a chain of one's own; `limit` and `filters` are its fields."""
        from retrieval.chain import BylineRetriever

        self._check_open()
        return BylineRetriever(search=self._parts.search, libraries=(self.library,))

    def _check_open(self) -> None:
        if self._session.closed:
            raise LibraryError(f"{self._session.data_dir} is closed here; use it within `with open_byline(...)`.")


def _articles(sources: Iterable[Article | Path | str], max_bytes: int) -> Iterator[Article | BylineError]:
    from retrieval.sources.files import read_sources
    from retrieval.sources.rows import checked

    for source in sources:
        if isinstance(source, Article):
            yield checked(source)
        else:
            yield from read_sources([str(source)], max_bytes=max_bytes)
