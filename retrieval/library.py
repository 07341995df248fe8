"""The one write path: keeps the vectors and the lexical index true to the article table.

An article comes in by being staged in the table, which any process may do. The process that owns the data directory
then indexes what is pending: it notes the passages and quotations, writes vectors and lexical entries, and only then
publishes the article in one transaction that also retires the revision it replaces. What is retired is erased from the
indexes before its row goes, and its quotations go with it. Each step can be repeated, so after a crash the same two
methods, `index` and `erase`, finish or undo what was under way.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.errors import FingerprintMismatch
from retrieval.index.passages import embedded_text, passages
from retrieval.quotes.indexing import count_unquoted, index_quotes, unquoted
from retrieval.store.articles import FINGERPRINT
from retrieval.store.database import batched
from retrieval.types import Passage, PassageRef

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from retrieval.index.lexical import Lexical
    from retrieval.index.vectors import Vectors
    from retrieval.store.articles import Articles, StoredArticle
    from retrieval.types import Article, Encoder

_EMBEDDED = "title, date and whole sentences"
_AT_ONCE = 8  # articles: about two seconds of encoding, so that an interruption costs little
_READ_AT_ONCE = 20  # articles whose quotations are found: less than a second


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an indexing run is: articles, and the parts of them that were written, of which `part` names one."""

    articles: int
    articles_total: int
    parts: int
    part: str = "passage"


def _ignore(_progress: Progress) -> None:
    pass


def index_quotations(
    articles: Articles, progress: Callable[[Progress], None] = _ignore, *, stop: Callable[[], bool] = lambda: False
) -> Progress:
    """Find the quotations of ready articles that have none yet, or those of an older version, some a transaction.

    Needs no index, so that any process may do it; two at once do the same work twice.
    """
    total, done, written = count_unquoted(articles.engine), 0, 0
    if total:
        progress(Progress(0, total, 0, "quotation"))
    while not stop() and (batch := unquoted(articles.engine, _READ_AT_ONCE)):
        written += index_quotes(articles.engine, batch)
        done += len(batch)
        progress(Progress(done, max(total, done), written, "quotation"))
    return Progress(done, total, written, "quotation")


class Library:
    """The indexes of one data directory, opened by their owner.

    Raises:
        FingerprintMismatch: the indexes were made with another model, precision or window.
    """

    def __init__(self, articles: Articles, vectors: Vectors, lexical: Lexical, encoder: Encoder) -> None:
        self.articles = articles
        self._vectors = vectors
        self._lexical = lexical
        self._encoder = encoder
        self._writing = threading.Lock()  # so that what is being indexed is not taken for empty and dropped
        self._begin_or_check()

    @property
    def fingerprint(self) -> str:
        return f"{self._encoder.fingerprint}; window {self._encoder.window}; embedded: {_EMBEDDED}"

    def _begin_or_check(self) -> None:
        stored = self.articles.fact(FINGERPRINT)
        if stored is None:
            self._clear()
            self.articles.set_fact(FINGERPRINT, self.fingerprint)
        elif stored != self.fingerprint:
            raise FingerprintMismatch(
                f"The index was made with [{stored}] and the settings now say [{self.fingerprint}]: "
                "run `byline reindex` to rebuild it, or set BYLINE_EMBEDDING_MODEL back."
            )

    def check(self) -> None:
        """Look at every library, as is done with each before it is first searched or written.

        Raises:
            LibraryError: the indexes lack passages that the table says are there.
        """
        for library in self.articles.libraries():
            self._vectors.check(library, self.articles.count_passages)

    def _clear(self) -> None:
        self._vectors.clear()
        self._lexical.clear()
        self._lexical.commit()

    def index(
        self, progress: Callable[[Progress], None] = _ignore, *, stop: Callable[[], bool] = lambda: False
    ) -> Progress:
        """Index all that is pending, a few articles at a time, until done or told to stop."""
        total, done, written = self.articles.count_everywhere("pending"), 0, 0
        if total:
            progress(Progress(0, total, 0))
        while not stop() and (batch := self.articles.pending(_AT_ONCE)):
            written += self._index(batch)
            done += len(batch)
            progress(Progress(done, max(total, done), written))
        return Progress(done, total, written)

    def _index(self, batch: Sequence[StoredArticle]) -> int:
        for library in {row.library for row in batch}:
            self._vectors.check(library, self.articles.count_passages)
        with self._writing:
            return self._write(batch)

    def _write(self, batch: Sequence[StoredArticle]) -> int:
        self._forget((row.key, row.library) for row in batch)  # what an interrupted run left
        cut = {row.key: passages(row.article, self._encoder.count_tokens, self._encoder.window) for row in batch}
        self.articles.note_passages(cut)
        index_quotes(self.articles.engine, batch)
        texts = [embedded_text(row.article, passage) for row in batch for passage in cut[row.key]]
        vectors = self._encoder.encode_passages(texts)
        first = 0
        for row in batch:
            refs = [PassageRef(row.key, passage.start, passage.end) for passage in cut[row.key]]
            mine = slice(first, first := first + len(refs))
            self._vectors.add(row.library, refs, vectors[mine])
            self._lexical.add(row.library, refs, texts[mine])
        self._lexical.commit()
        self.articles.publish(batch)
        return len(texts)

    def _forget(self, rows: Iterable[tuple[int, str]]) -> None:
        by_library: dict[str, list[int]] = {}
        for key, library in rows:
            by_library.setdefault(library, []).append(key)
        for library, keys in by_library.items():
            if self.articles.count("ready", [library]):
                self._vectors.delete(library, self.articles.passages(keys))
            else:
                self._vectors.drop(library)  # nothing that is in there counts
            self._lexical.delete(keys)

    def erase(self) -> int:
        """Erase what was replaced or removed from the indexes, then from the table; returns how many revisions.

        A library without an article loses its collection too; what is staged for it meanwhile makes it anew.
        A deleted document's terms stay in a lexical segment until it is merged, so a removal rewrites that index.
        Chroma marks a deleted vector as free and overwrites it later.
        """
        with self._writing:
            if gone := self.articles.gone():
                self._forget((row.key, row.library) for row in gone)
                if all(row.replaced for row in gone):
                    self._lexical.commit()
                else:
                    self._rewrite_lexical()
                self.articles.purge([row.key for row in gone])
        return len(gone)

    def _rewrite_lexical(self) -> None:
        self._lexical.clear()
        for rows in batched(self.articles.every_ready(), 100):
            spans = self.articles.passages([row.key for row in rows])
            for row in rows:
                refs = [ref for ref in spans if ref.key == row.key]
                texts = [embedded_text(row.article, _slice(row.article, ref)) for ref in refs]
                self._lexical.add(row.library, refs, texts)
        self._lexical.commit()


def _slice(article: Article, ref: PassageRef) -> Passage:
    return Passage(ref.start, ref.end, article.text[ref.start : ref.end])
