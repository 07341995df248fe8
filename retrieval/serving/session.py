"""A front end's hold on a library: as the owner of its data directory, or through the process that is."""

from __future__ import annotations

import atexit
import contextlib
import logging
import os
import shutil
import tempfile
import threading
import time
from dataclasses import replace
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.errors import LibraryError, ServerAway
from retrieval.serving.owner import (
    SILENCE,
    OwnerGone,
    Ownership,
    ask_owner,
    held_by,
    is_heard,
    is_owned,
    owner_of,
    processor_time,
)
from retrieval.serving.parts import Options, Parts
from retrieval.store.articles import FINGERPRINT, Articles, open_engine
from retrieval.store.database import allow_only_reading, make_private
from retrieval.watching import ignore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType
    from typing import Self

    from retrieval.errors import BylineError
    from retrieval.library import IndexingProgress
    from retrieval.serving.owner import Keeper, Owner
    from retrieval.store.articles import Staged
    from retrieval.types import Answer, Article, Question
    from retrieval.watching import Watch

SEEDS_LIBRARY = "public"
PATIENCE = 8.0  # seconds to wait for an owner that gives no sign of life
LONGEST_WAIT = 90.0  # seconds for one that works, and still says nothing
_WORKING = 15  # ticks of the processor in the meantime; one that only waits has fewer
MAX_BYTES = 10_000_000  # of a file of articles
_ENDING = 5.0  # seconds
_FEW = 20  # pending articles that are worth a few seconds before the first answer
_DATABASE = "database"  # the fact and the file that tell which database and data directory belong together
_log = logging.getLogger("byline")
_AT_ONCE = 100  # articles that are stored in one transaction


def open_articles(data_dir: Path, *, seeds: bool = True, database_url: str | None = None) -> Articles:
    """Returns the article table of a data directory. A new one has the articles of seeds/ staged, if wanted.

    Args:
        data_dir: where the indexes are, and the table.
        seeds: whether they are wanted.
        database_url: of the PostgreSQL database that has the table instead.

    Raises:
        LibraryError: the directory cannot be made or written, or holds something else.
    """
    if database_url is None and (data_dir / "articles.sqlite3").exists() and not os.access(data_dir, os.W_OK):
        return copied_articles(data_dir)
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        make_private(data_dir)
    except OSError as error:
        raise LibraryError(
            f"The data directory {data_dir} cannot be made ({error.strerror}); name another with --data-dir."
        ) from error
    articles = Articles(open_engine(data_dir, database_url))
    if database_url is not None:
        _check_that_it_is_ours(articles, data_dir / _DATABASE)
    if seeds and articles.fact("seeded") is None:
        _stage_seeds(articles)
    return articles


def _stage_seeds(articles: Articles) -> None:
    """Stages the articles that a new library starts with, and notes that it has had them."""
    from retrieval.sources.files import read_sources
    from retrieval.types import Article

    with as_file(files("seeds")) as folder:
        for article in read_sources([str(folder)], max_bytes=MAX_BYTES):
            if isinstance(article, Article):
                name = f"seeds/{Path(article.source or '').name}"
                articles.stage(SEEDS_LIBRARY, [replace(article, id=name, source=name)])
    articles.set_fact("seeded", "yes")


def _check_that_it_is_ours(articles: Articles, file: Path) -> None:
    """Notes in a new database and in a file of the data directory that they belong together.

    The database tells which index is in use, and that is a folder here.

    Raises:
        LibraryError: the database belongs to another data directory.
    """
    if (known := articles.fact(_DATABASE)) is None:
        import secrets

        known = secrets.token_hex(8)
        file.write_text(known, encoding="utf-8")
        articles.set_fact(_DATABASE, known)
    if not file.exists() or file.read_text(encoding="utf-8").strip() != known:
        articles.close()
        raise LibraryError(
            "The database of BYLINE_DATABASE_URL belongs to another data directory: give each one of its own; where "
            f"that one is lost, write {known} into {file} and run `byline reindex`."
        )


def copied_articles(data_dir: Path) -> Articles:
    """Returns a copy of the article table of a data directory that cannot be written; it is there to be read.

    It goes with the process.
    """
    folder = Path(tempfile.mkdtemp(prefix="byline-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for name in ("articles.sqlite3", "articles.sqlite3-wal"):
        if (data_dir / name).exists():
            shutil.copyfile(data_dir / name, folder / name)
    engine = open_engine(folder)
    engine.dispose()
    allow_only_reading(engine)
    return Articles(engine, copied_from=data_dir)


class Session:
    """Answers and indexes: as the owner of the data directory, or through the one who is.

    Usable as a context manager; it opens what it needs with the first question, or with `own`.
    """

    def __init__(
        self,
        data_dir: Path,
        command: str,
        options: Options | None = None,
        *,
        stays: bool = False,
        articles: Articles | None = None,
    ) -> None:
        """Opens the article table alone.

        Args:
            data_dir: where the library lives.
            command: what others are told of who owns the directory.
            options: what is chosen of the parts.
            stays: the process will be there for a while, so it keeps the indexes up to date and answers for others.
            articles: in the place of the table of the data directory.
        """
        self.data_dir = data_dir
        self._options = options or Options()
        self.articles = articles or open_articles(data_dir, database_url=self._options.database_url)
        self.parts: Parts | None = None
        self.closed = False
        self._command = command
        self._stays = stays
        self._opening = threading.Lock()
        self._ownership: Ownership | None = None
        self._keeper: Keeper | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close(timeout=_ENDING)

    def close(self, *, timeout: float | None = None) -> None:
        """Lets go of the data directory.

        Args:
            timeout: seconds to wait for what is being indexed; what takes longer is cut off by the end of the process,
                which is to follow, and done again by the next owner.
        """
        self.closed = True
        in_time = self._keeper is None or self._keeper.stop(timeout)
        if self._ownership is not None:
            self._ownership.stop()
        if not in_time:
            return
        if self.parts is not None:
            self.parts.close()
        if self._ownership is not None:
            self._ownership.close()
        self.articles.close()
        with contextlib.suppress(OSError):
            make_private(self.data_dir)

    def own(
        self,
        *,
        timeout: float = 0.0,
        progress: Callable[[IndexingProgress], None] = ignore,
        say: Callable[[str], None] = ignore,
    ) -> Parts | None:
        """Returns the parts, if this process is or can become the owner, and has them indexed a little; else None.

        Args:
            timeout: seconds to wait for another owner.
            progress: told how far the indexing of a few pending articles is.
            say: told of a model that takes its time.
        """
        with self._opening:
            if self.articles.copied_from is not None:
                self.parts = self.parts or self._opened_copy(self.articles.copied_from, say)
            elif self.parts is None and (ownership := Ownership.take(self.data_dir, self._command, timeout=timeout)):
                opened = threading.Event()
                self._serve(ownership, opened)
                try:
                    self.parts = Parts(self.data_dir, self.articles, self._options, say)
                except BaseException:
                    opened.set()
                    ownership.close()
                    raise
                self._ownership = ownership
                try:
                    try:
                        self._catch_up(self.parts, progress)
                    except ServerAway as error:
                        if not self._stays:
                            raise
                        _log.warning("%s", error)  # the keeper tries again
                    if self._stays:
                        from retrieval.serving.owner import Keeper

                        _ = self.parts.pipeline  # a reader model that cannot be used is told now
                        self._keeper = Keeper(self.parts.library)
                        self._keeper.start()
                finally:
                    opened.set()
        return self.parts

    def _opened_copy(self, data_dir: Path, say: Callable[[str], None]) -> Parts:
        """Opens a copy of the indexes of a directory that cannot be written."""
        folder, copy = (root / self.articles.index_name() for root in (data_dir, self.articles.directory))
        for name in ("vectors", "lexical"):
            if (folder / name).is_dir():  # vectors may be on a server
                shutil.copytree(folder / name, copy / name, copy_function=shutil.copyfile, dirs_exist_ok=True)
        for place, _, _ in os.walk(copy):
            Path(place).chmod(0o700)  # as those of the directory they may not be written
        parts = Parts(self.articles.directory, self.articles, replace(self._options, keep_unanswered=False), say)
        parts.library.changed = False
        return parts

    def _catch_up(self, parts: Parts, progress: Callable[[IndexingProgress], None]) -> None:
        """Does what takes a few seconds at most."""
        from retrieval.quotes.indexing import count_unquoted
        from retrieval.stories.copies import count_unclustered

        parts.library.erase()
        if self.articles.count_everywhere("pending") <= _FEW:
            parts.library.index(progress)
        if max(count_unquoted(self.articles.engine), count_unclustered(self.articles.engine)) <= _FEW:
            self.read_again()

    def _serve(self, ownership: Ownership, opened: threading.Event) -> None:
        """Lets others ask already while the parts are being opened; they wait."""

        def answer(question: Question, watch: Watch) -> Answer:
            opened.wait()
            if self.parts is None:
                raise OwnerGone
            return self.parts.answer(question, watch)

        ownership.serve(answer, keeps_up=self._stays)

    def answer(self, question: Question, watch: Watch | None = None) -> Answer:
        """Returns the answer, as the owner or through the owner, whoever that is by now; `watch` sees it being written.

        Raises:
            DirectoryHeld: the owner answers no questions and does not end.
            BylineError: whatever else stopped it.
        """
        tried = owner_of(self.data_dir)
        taken, give_up, last = processor_time(tried), time.monotonic() + PATIENCE, time.monotonic() + LONGEST_WAIT
        while True:
            if (parts := self.own()) is not None:
                return parts.answer(question, watch)
            with contextlib.suppress(OwnerGone):
                return ask_owner(self.data_dir, question, watch)
            if (owner := owner_of(self.data_dir)) != tried:  # they take turns
                tried, taken, last = owner, processor_time(owner), time.monotonic() + LONGEST_WAIT
                give_up = time.monotonic() + PATIENCE
            if last > time.monotonic() > give_up - SILENCE and processor_time(owner) > taken + _WORKING:
                taken, give_up = processor_time(owner), time.monotonic() + PATIENCE  # too busy a machine to say so
            if time.monotonic() + SILENCE > give_up:
                raise held_by(self.data_dir)
            time.sleep(0.05)

    def stage(
        self, library: str, sources: Iterable[Article | BylineError], failed: Callable[[BylineError], None]
    ) -> dict[Staged, int]:
        """Stores what is new or changed, for `index` to index, and returns how many articles that were.

        `failed` is told of each source that is an error.
        """
        from retrieval.errors import BylineError
        from retrieval.store.database import batched

        counts: dict[Staged, int] = {"new": 0, "changed": 0, "unchanged": 0}
        for some in batched(sources, _AT_ONCE):
            good: list[Article] = []
            for source in some:
                if isinstance(source, BylineError):
                    failed(source)
                else:
                    good.append(source)
            for outcome in self.articles.stage(library, good):
                counts[outcome] += 1
        return counts

    def index(
        self,
        *,
        progress: Callable[[IndexingProgress], None] = ignore,
        say: Callable[[str], None] = ignore,
    ) -> Owner | None:
        """Indexes what is pending and erases what was withdrawn, or returns the owner that does so.

        Raises:
            DirectoryHeld: the owner gives no sign of life.
        """
        while (parts := self.own(timeout=0.5, progress=progress, say=say)) is None:
            owner = owner_of(self.data_dir)
            if owner and owner.address and not is_heard(self.data_dir) and owner_of(self.data_dir) == owner:
                raise held_by(self.data_dir)
            if owner and (owner.keeps_up or not self.waiting):
                return owner
        with self._keeper.working if self._keeper else contextlib.nullcontext():
            parts.library.erase()
            parts.library.index(progress)
        return None

    def rebuild(
        self,
        *,
        progress: Callable[[IndexingProgress], None] = ignore,
        say: Callable[[str], None] = ignore,
    ) -> int:
        """Makes the indexes anew beside those in use and swaps them; returns of how many articles.

        Meanwhile whoever owns the indexes answers from the old ones, and goes over to the new ones by itself, which so
        have vectors of the precision that it has loaded.

        Raises:
            BylineError: a model cannot be used, or another process rebuilds already.
        """
        from retrieval.library import rebuild

        index = self.articles.fact(FINGERPRINT) if self.parts or is_owned(self.data_dir) else None
        encoder = self._options.load_encoder(say, index)
        return rebuild(self.articles, encoder, progress, chroma_of=self._options.chroma_of)

    @property
    def waiting(self) -> int:
        """How many articles are to be indexed or erased."""
        return self.articles.count_everywhere("pending") + self.articles.count_everywhere("gone")

    def read_again(self, progress: Callable[[IndexingProgress], None] = ignore) -> None:
        """Finds what an older Byline has not found in articles, which needs no index and no owner.

        That is their quotations, and which of them carry one text.
        """
        from retrieval.library import index_quotations, index_repeats

        index_repeats(self.articles, progress)
        index_quotations(self.articles, progress)
