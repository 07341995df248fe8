"""Byline as it is shipped: the owner of a data directory, from the article table to the answer.

It runs with the threshold 0, since neither the confidence nor what would be shown depends on it; the shipped threshold
is applied afterwards, and so can be any other. Withheld articles are hidden by the article table, before fusion. With a
chat model, which refuses by itself, there is no other threshold to apply.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from benchmarks.quality.systems import Reply, part_digest
from bot.bootstrap import open_session, options_of
from bot.settings import load_settings
from retrieval.errors import FingerprintMismatch, SettingsError
from retrieval.reader.scoring import shipped_weights
from retrieval.serving.owner import held_by
from retrieval.store.articles import Articles, open_engine
from retrieval.types import Question
from retrieval.writer.providers import Budget, Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from benchmarks.quality.cases import Case, Part
    from benchmarks.quality.systems import Say
    from bot.settings import Settings
    from retrieval.library import IndexingProgress
    from retrieval.serving.parts import Parts
    from retrieval.serving.session import Session
    from retrieval.store.articles import StoredArticle
    from retrieval.types import Answer, Encoder, Filters, Hit, Mode

_STAGED = "staged"  # the fact that the table has all articles of the part
_TOLD_EVERY = 200  # articles


class WithholdingArticles(Articles):
    """The article table, some of whose articles a search does not see."""

    withheld: frozenset[str] = frozenset()

    def ready(self, keys: Iterable[int], libraries: Sequence[str], filters: Filters) -> dict[int, StoredArticle]:
        found = super().ready(keys, libraries, filters)
        return {key: stored for key, stored in found.items() if stored.article.id not in self.withheld}


class Byline:
    """Indexes are kept in a data directory for each part under `cache`."""

    def __init__(
        self, cache: Path, mode: Mode = "reader", *, refuses: bool = False, encoder: Encoder | None = None
    ) -> None:
        """Chooses who answers.

        Args:
            cache: the folder of the indexes that are kept.
            mode: whether the reader answers, or the chat model that the settings name.
            refuses: whether the reader itself applies its threshold, as it does in use.
            encoder: in the place of the embedding model.

        Raises:
            SettingsError: there is no chat model to write with.
        """
        self._cache = cache
        self._encoder = encoder
        settings = load_settings()
        self.name = f"Byline, {settings.chat_model}" if mode == "writer" else "Byline"
        if mode == "writer":
            if settings.chat_model is None:
                raise SettingsError("--mode writer needs a chat model: set BYLINE_CHAT_MODEL (docs/models.md).")
            self._settings, self.threshold = settings, 0.0
        else:
            threshold = settings.threshold if refuses else 0.0
            self._settings = settings.model_copy(update={"threshold": threshold, "chat_model": None})
            self.threshold = shipped_weights().threshold if settings.threshold is None else settings.threshold

    @contextmanager
    def over(self, part: Part, say: Say) -> Iterator[OpenedByline]:
        settings = self._settings.model_copy(update={"data_dir": self._directory(part, say)})
        _stage(settings, part)
        table = WithholdingArticles(open_engine(settings.data_dir))
        with open_session(settings, "benchmark", on_screen=True, encoder=self._encoder, articles=table) as session:
            parts = _own(session, say)
            parts.library.index(_told(say))
            yield OpenedByline(parts, table)
            if parts.pipeline.writer:
                say(f"{Budget(Limits(), table).spent.total:,} tokens of the chat model were spent today")

    def _directory(self, part: Part, say: Say) -> Path:
        encoder = self._encoder or options_of(self._settings).load_encoder(say)
        return self._cache / f"{part.name}-{part_digest(part, encoder.fingerprint, str(encoder.window))}"


class OpenedByline:
    def __init__(self, parts: Parts, table: WithholdingArticles) -> None:
        self.parts = parts
        self._table = table

    def search(self, question: Question, limit: int, withheld: frozenset[str]) -> list[Hit]:
        self._table.withheld = withheld
        return self.parts.search.search(question, limit)

    def reply(self, case: Case) -> Reply:
        self._table.withheld = case.withheld
        question = Question(text=case.question, libraries=(case.library,), asked=case.asked)
        return _reply(self.parts.pipeline.answer(question))

    def passages(self) -> Iterator[str]:
        stored = {row.key: row.article for row in self._table.every_ready()}
        for ref in self._table.passages(stored):
            article = stored[ref.key]
            yield f"{article.title}\n{article.text[ref.start : ref.end]}"


def _reply(answer: Answer) -> Reply:
    cited = {citation.number: citation.article.id for citation in answer.citations}
    return Reply(
        sentences=tuple(statement.text for statement in answer.statements),
        short=answer.short,
        confidence=answer.confidence,
        sources=tuple(cited[number] for statement in answer.statements for number in statement.citations),
        hits=tuple(f"{hit.article.title}\n{hit.text}" for hit in answer.trace.hits),
    )


def _stage(settings: Settings, part: Part) -> None:
    """Put the articles of a part into the table of a data directory that has them not, in the place of the seeds."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    table = Articles(open_engine(settings.data_dir))
    try:
        if table.fact(_STAGED) is None:
            table.set_fact("seeded", "no")
            for library, articles in part.libraries.items():
                table.stage(library, articles)
            table.set_fact(_STAGED, "yes")
    finally:
        table.close()


def _own(session: Session, say: Say) -> Parts:
    directory = session.data_dir
    try:
        parts = session.own(progress=_told(say), say=say)
    except FingerprintMismatch as error:
        raise FingerprintMismatch(f"{directory} was indexed by another Byline; delete it and run again.") from error
    if parts is None:
        raise held_by(directory)
    return parts


def _told(say: Say) -> Callable[[IndexingProgress], None]:
    def tell(progress: IndexingProgress) -> None:
        if progress.articles % _TOLD_EVERY == 0 or progress.articles == progress.articles_total:
            say(f"indexed {progress.articles} of {progress.articles_total} articles")

    return tell
