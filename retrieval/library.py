"""The one write path: keeps the vectors and the lexical index true to the article table.

An article comes in by being staged in the table, which any process may do. The process that owns the data directory
then indexes what is pending: it notes the passages and quotations, writes vectors and lexical entries, and only then
publishes the article in one transaction that also retires the revision it replaces. What is retired is erased from the
indexes before its row goes, and its quotations go with it. Each step can be repeated, so after a crash the same two
methods, `index` and `erase`, finish or undo what was under way.

Indexes are made anew beside those in use and swapped in one transaction. Meanwhile questions are answered from the old
ones, by whichever process owns them, and articles come and go. Whoever is killed while it rebuilds leaves the old ones
in use.
"""

from __future__ import annotations

import datetime as dt
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from retrieval.errors import BylineError, FingerprintMismatch, LibraryError, refer, remedy_of_the_machine
from retrieval.index.embedded import EmbeddedChroma
from retrieval.index.manifest import LEXICAL, NOTE, REBUILD, REBUILDING, fresh_name, remove_unused, write_note
from retrieval.index.passages import embedded_text, passages
from retrieval.quotes.indexing import count_unquoted, index_quotes, unquoted
from retrieval.store.articles import FINGERPRINT
from retrieval.store.database import batched
from retrieval.stories.copies import count_unclustered, index_clusters, unclustered
from retrieval.trial import LONG, TooMuchMemory, hindrance, within_bounds
from retrieval.types import Passage, PassageRef
from retrieval.watching import ignore

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import sqlalchemy as sa

    from retrieval.index.lexical import Lexical
    from retrieval.index.vectors import Chroma, Vectors
    from retrieval.store.articles import Articles, RetiredArticle, StoredArticle
    from retrieval.types import Encoder

_EMBEDDED = "title, date and whole sentences"
_AT_ONCE = 8  # articles: about two seconds of encoding, so that an interruption costs little
_REWRITTEN_AT_ONCE = 100  # articles, when the lexical index is written anew
_MOST_CHARACTERS = 2_000_000  # of the articles that are indexed at once, unless one alone has more
_PATIENCE = 2.0  # seconds for an owner that tidies up, before the indexes are made anew
_MOST_DEATHS = 2  # of processes that were indexing an article, before it is set aside
_REMOVED = "removed"  # the fact when the first article was removed whose words are on the disk yet; "" for none
# When the lexical index is swept of what was deleted: at once where it has few passages, else once this share of it is
# deleted, or after so long.
_FEW, _MUCH, _OLD = 5_000, 1 / 8, dt.timedelta(days=1)
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
        self._writing = threading.RLock()  # so that what is being indexed is not taken for empty and dropped
        self.changed = False  # since it was opened
        self._index_name = articles.index_name()
        if articles.fact(FINGERPRINT) is None:
            if articles.count_everywhere("ready"):
                raise LibraryError("The articles have no index yet, as after a restore: run `byline reindex`.")
            self.changed = True
            vectors.clear()
            lexical.clear()
            lexical.commit()
            articles.set_fact(FINGERPRINT, self.fingerprint)
        self._check_fingerprint()

    @property
    def fingerprint(self) -> str:
        return fingerprint(self._encoder, self._vectors.told)

    def _check_fingerprint(self) -> None:
        stored = self.articles.fact(FINGERPRINT)
        if stored != self.fingerprint:
            raise FingerprintMismatch(
                f"The index was made with [{stored}] and the settings now say [{self.fingerprint}]: "
                "run `byline reindex` to rebuild it, or set BYLINE_EMBEDDING_MODEL and BYLINE_CHROMA_URL back."
            )

    def follow(self) -> bool:
        """Goes over to indexes that another process has made and put into use; tells whether there were some.

        Raises:
            FingerprintMismatch: they were made with another model.
        """
        if self.articles.index_name() == self._index_name:
            return False
        with self._writing:
            self._check_fingerprint()
            if (name := self.articles.index_name()) != self._index_name:
                folder = self.articles.directory / name
                (folder / NOTE).unlink(missing_ok=True)
                self._vectors.move(folder)
                self._lexical.move(folder / LEXICAL)
                self._index_name, self.changed = name, True
        return True

    def check(self) -> None:
        """Looks whether the indexes are whole and hold the passages that the table says are there, each of them.

        Raises:
            LibraryError: they are damaged, lack some, or hold some of articles that the table never had.
        """
        self._lexical.check_files()
        wanted = self.articles.ready_passages()
        newest = self.articles.newest_key()
        for what, held in (
            ("vector", {ref for library in self.articles.libraries() for ref in self._vectors.refs(library)}),
            ("lexical", set(self._lexical.refs())),
        ):
            if lacking := len(wanted - held):
                raise LibraryError(f"The {what} index lacks {lacking:,} of {len(wanted):,} passages; {REBUILD}.")
            if any(ref.key > newest for ref in held):
                raise LibraryError(f"The {what} index is of a later time than the articles; {REBUILD}.")

    def index(self, progress: Report = ignore, *, stop: Callable[[], bool] = lambda: False) -> IndexingProgress:
        """Indexes all that is pending, a few articles at a time, until done or told to stop.

        An article that cannot be indexed, or that processes died of, is set aside, and the rest goes on.
        """
        self.follow()
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
                written += self._try_to_index(bearable(self.articles, batch))
            done += len(batch)
            progress(IndexingProgress(done, max(total, done), written))
        return IndexingProgress(done, total, written)

    def _try_to_index(self, batch: Sequence[StoredArticle]) -> int:
        """Indexes a batch; after a mistake each is tried alone, and the one that makes it is set aside."""
        if not batch:
            return 0
        keys = [revision.key for revision in batch]
        self.articles.begin(keys)
        try:
            return self._index(batch)
        except TooMuchMemory as error:
            if len(batch) == 1:
                self.articles.set_one_aside(keys[0], str(error))
            return 0
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
        self.changed = True
        self._erase_from_indexes(batch)  # what an interrupted run left
        with within_bounds([revision.article for revision in batch]):
            index_quotes(self.articles.engine, batch)
            index_clusters(self.articles.engine, batch)
        written = write_passages(
            batch, self._encoder, self._vectors, self._lexical, about_to_write=self.articles.note_passages
        )
        self._lexical.commit()
        if not self.articles.publish(batch, self._index_name):  # another index was put into use meanwhile
            self.articles.end([revision.key for revision in batch])
            self.follow()
        return sum(map(len, written.values()))

    def erase(self) -> int:
        """Erases what was replaced or removed from the indexes, then from the table; returns how many revisions.

        A library without an article loses its collection too; what is staged for it meanwhile makes it anew.
        A deleted document's terms stay in a lexical segment until it is merged or swept out.
        Chroma marks a deleted vector as free and overwrites it later.
        """
        self.follow()
        with self._writing:
            if gone := self.articles.gone():
                self.changed = True
                self._erase_from_indexes(gone)
                self._lexical.commit()
                if not all(revision.replaced for revision in gone) and not self.articles.fact(_REMOVED):
                    self.articles.set_fact(_REMOVED, dt.datetime.now(dt.UTC).isoformat())
                self.articles.purge([revision.key for revision in gone])
            self._sweep()
            remove_unused(self.articles.directory, self._index_name, self._vectors.forget)
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

    def _sweep(self) -> None:
        """Writes the lexical index anew, without the words of what was removed; a large one only now and then.

        So a removal costs no more in a large library than in a small one.
        """
        if since := self.articles.fact(_REMOVED):
            count, deleted = self._lexical.committed()  # none deleted, where tantivy has merged its segments
            is_recent = dt.datetime.now(dt.UTC) - dt.datetime.fromisoformat(since) < _OLD
            if deleted and count > _FEW and deleted < _MUCH * count and is_recent:
                return
            if deleted:
                self.changed = True
                self._rewrite_lexical()
            self.articles.set_fact(_REMOVED, "")

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


def bearable(articles: Articles, batch: Sequence[StoredArticle]) -> list[StoredArticle]:
    """Returns those of some articles that can be read within bounds, and sets the others aside."""
    kept = []
    for revision in batch:
        if len(revision.article.text) > LONG and (reason := hindrance(revision.article)):
            articles.set_one_aside(revision.key, reason)
        else:
            kept.append(revision)
    return kept


def fingerprint(encoder: Encoder, place: str = "") -> str:
    """Returns what names how indexes are made with an encoder, their vectors kept in a place that is told so."""
    return f"{encoder.fingerprint}; window {encoder.window}; embedded: {_EMBEDDED}{place}"


def write_passages(
    batch: Sequence[StoredArticle],
    encoder: Encoder,
    vectors: Vectors,
    lexical: Lexical,
    *,
    about_to_write: Callable[[Mapping[int, Sequence[Passage]]], None] = ignore,
) -> dict[int, list[Passage]]:
    """Writes the passages of some revisions into indexes, where they are found after `lexical.commit`.

    Returns:
        The passages by the keys of their revisions; `about_to_write` is told of them before.
    """
    with within_bounds([row.article for row in batch]):
        passages_of = {row.key: passages(row.article, encoder.count_tokens, encoder.window) for row in batch}
    about_to_write(passages_of)
    texts = [embedded_text(row.article, passage) for row in batch for passage in passages_of[row.key]]
    encoded = encoder.encode_passages(texts)
    first = 0
    for row in batch:
        refs = [PassageRef(row.key, passage.start, passage.end) for passage in passages_of[row.key]]
        own = slice(first, first := first + len(refs))
        vectors.add(row.library, refs, encoded[own])
        lexical.add(row.library, refs, texts[own])
    return passages_of


def index_quotations(
    articles: Articles, progress: Report = ignore, *, stop: Callable[[], bool] = lambda: False
) -> IndexingProgress:
    """Finds the quotations of ready articles that have none yet, or those of an older version, some a transaction.

    Needs no index, so that any process may do it; two at once do the same work twice.
    """

    def index(engine: sa.Engine, batch: Sequence[StoredArticle]) -> int:
        return index_quotes(engine, bearable(articles, batch))

    total = count_unquoted(articles.engine)
    so_far = IndexingProgress(0, total, 0, "quotation")
    return _read_again(articles.engine, index, unquoted, so_far=so_far, progress=progress, stop=stop)


def index_repeats(
    articles: Articles, progress: Report = ignore, *, stop: Callable[[], bool] = lambda: False
) -> IndexingProgress:
    """Puts ready articles into the clusters of their texts as `index_quotations` finds quotations."""
    total = count_unclustered(articles.engine)
    so_far = IndexingProgress(0, total, 0, "repeat")
    return _read_again(articles.engine, index_clusters, unclustered, so_far=so_far, progress=progress, stop=stop)


def _read_again(
    engine: sa.Engine,
    index: Callable[[sa.Engine, Sequence[StoredArticle]], int],
    waiting: Callable[[sa.Engine, int], Sequence[StoredArticle]],
    *,
    so_far: IndexingProgress,
    progress: Report,
    stop: Callable[[], bool],
) -> IndexingProgress:
    if so_far.articles_total:
        progress(so_far)
    while not stop() and (batch := waiting(engine, _READ_AT_ONCE)):
        done, parts = so_far.articles + len(batch), so_far.parts + index(engine, batch)
        so_far = replace(so_far, articles=done, articles_total=max(so_far.articles_total, done), parts=parts)
        progress(so_far)
    return so_far


Written = dict[int, tuple[str, list["Passage"]]]  # by the key of a revision: its library and its passages


def rebuild(
    articles: Articles,
    encoder: Encoder,
    progress: Callable[[IndexingProgress], None] = ignore,
    *,
    chroma_of: Callable[[Path], Chroma] = EmbeddedChroma,
) -> int:
    """Makes indexes of all ready articles with an encoder, puts them into use, and returns how many articles.

    Args:
        articles: whose.
        encoder: what makes the vectors.
        progress: told how far it is.
        chroma_of: returns where the vectors of the index in a folder are kept.

    Raises:
        LibraryError: another process does so already.
    """
    from filelock import FileLock, Timeout

    if articles.copied_from is not None:
        raise LibraryError(f"{articles.copied_from} cannot be written, so that its index stays as it is.")
    lock = FileLock(articles.directory / REBUILDING)
    try:
        lock.acquire(timeout=_PATIENCE)
    except Timeout as error:
        raise LibraryError("Another process rebuilds the index already: wait until it has ended.") from error
    with lock:
        name, mark = fresh_name(), secrets.token_hex(8)
        chroma, written = chroma_of(articles.directory / name), Written()
        while True:
            _bring_up_to_date(articles, encoder, chroma, written, progress)
            write_note(articles.directory / name, mark)
            passages = {key: some for key, (_library, some) in written.items()}
            if articles.swap_index(name, mark, fingerprint(encoder, chroma.told), passages):
                return len(written)


def _bring_up_to_date(
    articles: Articles,
    encoder: Encoder,
    chroma: Chroma,
    written: Written,
    progress: Callable[[IndexingProgress], None],
) -> None:
    """Writes into a folder of indexes what became ready, and erases what is ready no more."""
    from retrieval.index.lexical import Lexical
    from retrieval.index.vectors import Vectors

    vectors, lexical = Vectors(chroma), Lexical(chroma.folder / LEXICAL)
    try:
        ready = articles.ready_keys()
        for key in written.keys() - ready:
            library, some = written.pop(key)
            vectors.delete(library, [PassageRef(key, one.start, one.end) for one in some])
            lexical.delete([key])
        lexical.commit()
        for keys in batched(sorted(ready - written.keys()), _AT_ONCE):
            parts = sum(len(some) for _library, some in written.values())
            progress(IndexingProgress(len(written), len(ready), parts))
            batch = articles.of_keys(keys)
            made = write_passages(batch, encoder, vectors, lexical)
            lexical.commit()
            written.update({row.key: (row.library, made[row.key]) for row in batch})
        progress(IndexingProgress(len(written), len(ready), sum(len(some) for _library, some in written.values())))
    finally:
        lexical.close()
        vectors.close()
