"""The one write path: keeps the vectors and the lexical index true to the article table.

An article comes in by being staged in the table, which any process may do. The process that owns the data directory
then indexes what is pending: it notes the passages and quotations, writes vectors and lexical entries, and only then
publishes the article in one transaction that also retires the revision it replaces. What is retired is erased from the
indexes before its row goes, and its quotations go with it. Each step can be repeated, so after a crash the same two
methods, `index` and `erase`, finish or undo what was under way.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.errors import BylineError, FingerprintMismatch, refer, remedy_of_the_machine
from retrieval.index.passages import embedded_text, passages
from retrieval.quotes.indexing import count_unquoted, index_quotes, unquoted
from retrieval.store.articles import FINGERPRINT
from retrieval.store.database import batched
from retrieval.types import Passage, PassageRef
from retrieval.watching import ignore

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.index.lexical import Lexical
    from retrieval.index.vectors import Vectors
    from retrieval.store.articles import Articles, RetiredArticle, StoredArticle
    from retrieval.types import Encoder

_EMBEDDED = "title, date and whole sentences"
_AT_ONCE = 8  # articles: about two seconds of encoding, so that an interruption costs little
_REWRITTEN_AT_ONCE = 100  # articles, when the lexical index is written anew
_MOST_CHARACTERS = 2_000_000  # of the articles that are indexed at once, unless one alone has more
_MOST_DEATHS = 2  # of processes that were indexing an article, before it is set aside
_READ_AT_ONCE = 20  # articles whose quotations are found: less than a second


@dataclass(frozen=True, slots=True)
class IndexingProgress:
    """How far an indexing run is: articles, and the parts of them that were written, of which `part` names one."""

    articles: int
    articles_total: int
    parts: int
    part: str = "passage"


Report = Callable[[IndexingProgress], None]


class Library:
    """The indexes of one data directory, opened by their owner."""

    def __init__(self, articles: Articles, vectors: Vectors, lexical: Lexical, encoder: Encoder) -> None:
        """Takes over the parts; indexes that are new or to be rebuilt are emptied.

        Raises:
            FingerprintMismatch: the indexes were made with another model, precision or window.
        """
        self.articles = articles
        self._vectors = vectors
        self._lexical = lexical
        self._encoder = encoder
        self._writing = threading.Lock()  # so that what is being indexed is not taken for empty and dropped
        stored = articles.fact(FINGERPRINT)
        if stored is None:
            vectors.clear()
            lexical.clear()
            lexical.commit()
            articles.set_fact(FINGERPRINT, self.fingerprint)
        elif stored != self.fingerprint:
            raise FingerprintMismatch(
                f"The index was made with [{stored}] and the settings now say [{self.fingerprint}]: "
                "run `byline reindex` to rebuild it, or set BYLINE_EMBEDDING_MODEL back."
            )

    @property
    def fingerprint(self) -> str:
        return f"{self._encoder.fingerprint}; window {self._encoder.window}; embedded: {_EMBEDDED}"

    def check(self) -> None:
        """Looks at every library, as is done with each before it is first searched or written.

        Raises:
            LibraryError: the indexes lack passages that the table says are there.
        """
        for library in self.articles.libraries():
            self._vectors.check(library, self.articles.count_passages)

    def index(self, progress: Report = ignore, *, stop: Callable[[], bool] = lambda: False) -> IndexingProgress:
        """Indexes all that is pending, a few articles at a time, until done or told to stop.

        An article that cannot be indexed, or that processes died of, is set aside, and the rest goes on.
        """
        self.articles.set_aside_tried(_MOST_DEATHS)
        total, done, written = self.articles.count_everywhere("pending"), 0, 0
        if total:
            progress(IndexingProgress(0, total, 0))
        while not stop() and (batch := self.articles.pending(_AT_ONCE)):
            for library in {revision.library for revision in batch}:
                self._vectors.check(library, self.articles.count_passages)
            while len(batch) > 1 and sum(len(revision.article.text) for revision in batch) > _MOST_CHARACTERS:
                batch.pop()
            with self._writing:
                written += self._try_to_index(batch)
            done += len(batch)
            progress(IndexingProgress(done, max(total, done), written))
        return IndexingProgress(done, total, written)

    def _try_to_index(self, batch: Sequence[StoredArticle]) -> int:
        """Indexes a batch; after a mistake each is tried alone, and the one that makes it is set aside."""
        keys = [revision.key for revision in batch]
        self.articles.begin(keys)
        try:
            return self._index(batch)
        except (BylineError, KeyboardInterrupt, SystemExit):
            self.articles.end(keys)
            raise
        except BaseException as error:  # also a panic of what is written in Rust, which is no Exception
            if remedy_of_the_machine(error):
                self.articles.end(keys)
                raise
            reference = refer(error, f"indexing failed of articles {keys}")
            if len(batch) == 1:
                self.articles.set_one_aside(keys[0], f"indexing it failed; the log has the reason under {reference}")
            return 0

    def _index(self, batch: Sequence[StoredArticle]) -> int:
        """Takes pending revisions all the way to being ready; returns how many passages they have."""
        self._erase_from_indexes(batch)  # what an interrupted run left
        count_tokens, window = self._encoder.count_tokens, self._encoder.window
        passages_of = {revision.key: passages(revision.article, count_tokens, window) for revision in batch}
        self.articles.note_passages(passages_of)
        index_quotes(self.articles.engine, batch)
        texts = [embedded_text(row.article, passage) for row in batch for passage in passages_of[row.key]]
        vectors = self._encoder.encode_passages(texts)
        first = 0
        for revision in batch:
            refs = [PassageRef(revision.key, passage.start, passage.end) for passage in passages_of[revision.key]]
            own = slice(first, first := first + len(refs))
            self._vectors.add(revision.library, refs, vectors[own])
            self._lexical.add(revision.library, refs, texts[own])
        self._lexical.commit()
        self.articles.publish(batch)
        return len(texts)

    def erase(self) -> int:
        """Erases what was replaced or removed from the indexes, then from the table; returns how many revisions.

        A library without an article loses its collection too; what is staged for it meanwhile makes it anew.
        A deleted document's terms stay in a lexical segment until it is merged, so a removal rewrites that index.
        Chroma marks a deleted vector as free and overwrites it later.
        """
        with self._writing:
            if gone := self.articles.gone():
                self._erase_from_indexes(gone)
                if all(revision.replaced for revision in gone):
                    self._lexical.commit()
                else:
                    self._rewrite_lexical()
                self.articles.purge([revision.key for revision in gone])
        return len(gone)

    def _erase_from_indexes(self, revisions: Sequence[StoredArticle] | Sequence[RetiredArticle]) -> None:
        """Deletes all that the indexes may hold of some revisions; the lexical index needs a commit afterwards."""
        keys: dict[str, list[int]] = {}
        for revision in revisions:
            keys.setdefault(revision.library, []).append(revision.key)
        for library, of_library in keys.items():
            if self.articles.count("ready", [library]):
                self._vectors.delete(library, self.articles.passages(of_library))
            else:
                self._vectors.drop(library)  # nothing that is in there counts
            self._lexical.delete(of_library)

    def _rewrite_lexical(self) -> None:
        self._lexical.clear()
        for batch in batched(self.articles.every_ready(), _REWRITTEN_AT_ONCE):
            all_refs = self.articles.passages([revision.key for revision in batch])
            for revision in batch:
                article = revision.article
                refs = [ref for ref in all_refs if ref.key == revision.key]
                slices = [Passage(ref.start, ref.end, article.text[ref.start : ref.end]) for ref in refs]
                self._lexical.add(revision.library, refs, [embedded_text(article, passage) for passage in slices])
        self._lexical.commit()


def index_quotations(
    articles: Articles, progress: Report = ignore, *, stop: Callable[[], bool] = lambda: False
) -> IndexingProgress:
    """Finds the quotations of ready articles that have none yet, or those of an older version, some a transaction.

    Needs no index, so that any process may do it; two at once do the same work twice.
    """
    total, done, written = count_unquoted(articles.engine), 0, 0
    if total:
        progress(IndexingProgress(0, total, 0, "quotation"))
    while not stop() and (batch := unquoted(articles.engine, _READ_AT_ONCE)):
        written += index_quotes(articles.engine, batch)
        done += len(batch)
        progress(IndexingProgress(done, max(total, done), written, "quotation"))
    return IndexingProgress(done, total, written, "quotation")
