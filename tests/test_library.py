from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import resource
import signal
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from retrieval import trial
from retrieval.errors import FingerprintMismatch, LibraryError
from retrieval.library import rebuild
from retrieval.types import Article, Question
from tests.fakes import WordEncoder
from tests.parts import Parts, opened

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from retrieval.library import IndexingProgress
    from retrieval.store.tables import StoredArticle


def found(parts: Parts, text: str, *libraries: str) -> list[str]:
    question = Question(text=text, libraries=libraries or ("public",))
    return [hit.article.id for hit in parts.search.search(question, 10)]


def test_an_article_is_found_once_it_is_indexed(parts: Parts, article: Callable[..., Article]) -> None:
    parts.articles.stage("public", [article("a", "The harbour was closed on Monday.")])
    assert found(parts, "harbour") == []
    assert parts.library.index().articles == 1
    assert found(parts, "harbour") == ["a"]


def test_changed_text_is_found_in_place_of_the_old(parts: Parts, article: Callable[..., Article]) -> None:
    parts.articles.stage("public", [article("a", "The harbour was closed.")])
    parts.library.index()
    parts.articles.stage("public", [article("a", "The airport was closed.")])
    parts.library.index()
    hits = parts.search.search(Question(text="harbour closed", libraries=("public",)), 10)
    assert [hit.text for hit in hits] == ["The airport was closed."]
    parts.library.erase()
    assert parts.vectors.count("public") == 1


def test_a_removed_article_leaves_no_trace(parts: Parts, article: Callable[..., Article], tmp_path: Path) -> None:
    parts.articles.stage("public", [article("a", "The zyzzyva was seen."), article("b", "The harbour was closed.")])
    parts.library.index()
    parts.articles.withdraw("public", ["a"])
    assert found(parts, "zyzzyva") == ["b"], "withdrawn at once, before it is erased"
    assert parts.library.erase() == 1
    assert parts.vectors.count("public") == 1
    assert parts.lexical.search(["public"], "zyzzyva", 10) == []
    assert found(parts, "harbour") == ["b"], "rewriting the lexical index keeps the others"
    assert not terms(parts, "zyzzyva")
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert not [file for file in files if b"zyzzyva" in file.read_bytes()]


def terms(parts: Parts, prefix: str) -> list[str]:
    """Returns the words on the disk of the lexical index, where they do not stand letter by letter."""
    searcher = parts.lexical._index.searcher()
    return [term for term, _ in searcher.terms_with_prefix("text", prefix)]


def test_one_of_few_articles_leaves_no_word(parts: Parts, article: Callable[..., Article]) -> None:
    others = [article(str(n), f"The harbour was closed on day {n}.") for n in range(20)]
    parts.articles.stage("public", [article("a", "The zyzzyva was seen."), *others])
    parts.library.index()
    parts.articles.withdraw("public", ["a"])
    parts.library.erase()
    assert not terms(parts, "zyzzyva")


def test_one_of_many_articles_leaves_its_words_in_a_large_lexical_index_for_a_day_at_most(
    parts: Parts, article: Callable[..., Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.library._FEW", 3)
    others = [article(str(n), f"The harbour was closed on day {n}.") for n in range(20)]
    parts.articles.stage("public", [article("a", "The zyzzyva was seen."), *others])
    parts.library.index()
    parts.articles.withdraw("public", ["a"])
    parts.library.erase()
    assert parts.lexical.search(["public"], "zyzzyva", 10) == []
    assert terms(parts, "zyzzyva")
    parts.articles.set_fact("removed", (dt.datetime.now(dt.UTC) - dt.timedelta(days=1)).isoformat())
    parts.library.erase()
    assert not terms(parts, "zyzzyva")
    assert len(parts.lexical.search(["public"], "harbour", 100)) == len(others)


def test_libraries_are_apart(parts: Parts, article: Callable[..., Article]) -> None:
    parts.articles.stage("one", [article("a", "The harbour was closed.")])
    parts.articles.stage("two", [article("b", "The harbour was opened.")])
    parts.library.index()
    assert found(parts, "harbour", "one") == ["a"]
    assert found(parts, "harbour", "two") == ["b"]
    assert sorted(found(parts, "harbour", "one", "two")) == ["a", "b"]
    assert found(parts, "harbour", "three") == []


class _Interrupted(WordEncoder):
    """Stops after encoding, as Ctrl-C may."""

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if any("second" in text for text in texts):
            raise KeyboardInterrupt
        return super().encode_passages(texts)


def test_an_interrupted_run_is_taken_up_again_without_doing_twice_what_was_done(
    tmp_path: Path, article: Callable[..., Article]
) -> None:
    many = [article(str(n), f"Text of the first part {n}.") for n in range(20)] + [article("x", "The second part.")]
    with opened(tmp_path, _Interrupted()) as parts:
        parts.articles.stage("public", many)
        with pytest.raises(KeyboardInterrupt):
            parts.library.index()
        done = parts.articles.count_everywhere("ready")
        assert 0 < done < len(many)
    encoder = WordEncoder()
    with opened(tmp_path, encoder) as parts:
        assert parts.articles.stage("public", many) == ["unchanged"] * len(many)
        parts.library.index()
        assert parts.articles.count_everywhere("ready") == len(many)
        assert parts.vectors.count("public") == len(many)
        assert len(encoder.encoded) == len(many) - done


class _Stopping:
    """A part that fails at one of its methods, as a crash between two steps would leave things."""

    def __init__(self, part: object, method: str) -> None:
        self._part, self._method = part, method

    def __getattr__(self, name: str) -> object:
        if name == self._method:
            raise KeyboardInterrupt
        return getattr(self._part, name)


@pytest.mark.parametrize(("part", "method"), [("_lexical", "add"), ("_lexical", "commit"), ("articles", "publish")])
def test_a_run_that_stops_between_two_steps_is_finished_by_the_next(
    tmp_path: Path, article: Callable[..., Article], part: str, method: str
) -> None:
    with opened(tmp_path) as parts:
        parts.articles.stage("public", [article("a", "The harbour was closed.")])
        setattr(parts.library, part, _Stopping(getattr(parts.library, part), method))
        with pytest.raises(KeyboardInterrupt):
            parts.library.index()
    with opened(tmp_path) as parts:
        assert found(parts, "harbour") == [], "not visible by halves"
        parts.library.index()
        assert found(parts, "harbour") == ["a"]
        assert parts.vectors.count("public") == 1
        assert len(parts.lexical.search(["public"], "harbour", 10)) == 1


def test_another_model_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with opened(tmp_path):
        pass
    with pytest.raises(FingerprintMismatch, match="byline reindex"), opened(tmp_path, WordEncoder("other")):
        pass


def test_rebuilding_makes_an_index_with_another_model(tmp_path: Path, article: Callable[..., Article]) -> None:
    with opened(tmp_path) as parts:
        parts.articles.stage("public", [article("a", "The harbour was closed.")])
        parts.library.index()
        assert rebuild(parts.articles, WordEncoder("other")) == 1
    with opened(tmp_path, WordEncoder("other")) as parts:
        assert found(parts, "harbour") == ["a"]


@pytest.fixture
def lossy(tmp_path: Path, article: Callable[..., Article]) -> Path:
    """A directory whose vectors of the library "lost" are gone, and those of "kept" are there."""
    with opened(tmp_path) as parts:
        for name in ("kept", "lost"):
            parts.articles.stage(name, [article("a", "The harbour was closed.")])
        parts.library.index()
        parts.vectors.drop("lost")
    return tmp_path


def test_a_library_whose_vectors_are_lost_is_refused_with_the_remedy_when_it_is_searched(lossy: Path) -> None:
    with opened(lossy) as parts:
        assert found(parts, "harbour", "kept") == ["a"]
        for _ in range(2):
            with pytest.raises(LibraryError, match="0 of the 1 passages of 'lost'; run `byline reindex`"):
                found(parts, "harbour", "kept", "lost")


def test_a_library_whose_vectors_are_lost_is_refused_when_it_is_written(
    lossy: Path, article: Callable[..., Article]
) -> None:
    with opened(lossy) as parts:
        parts.articles.stage("lost", [article("b", "The harbour was opened.")])
        with pytest.raises(LibraryError, match="byline reindex"):
            parts.library.index()


def test_all_libraries_can_be_checked_at_once(lossy: Path) -> None:
    with opened(lossy) as parts:
        with pytest.raises(LibraryError, match="vector index lacks 1 of 2 passages"):
            parts.library.check()
        parts.articles.withdraw_library("lost")
        parts.library.check()


def collections(parts: Parts) -> set[str]:
    return {collection.name for collection in parts.vectors._opened().list_collections()}


def test_a_library_without_articles_has_no_collection_and_is_made_anew_by_the_next_one(
    parts: Parts, article: Callable[..., Article]
) -> None:
    for name in ("one", "two"):
        parts.articles.stage(name, [article("a", "The harbour was closed."), article("b", "The quay was closed.")])
    parts.library.index()
    parts.articles.withdraw_library("one")
    parts.articles.withdraw("two", ["a"])
    parts.library.erase()
    assert collections(parts) == {"passages-two"}
    assert found(parts, "quay", "one", "two") == ["b"]
    assert collections(parts) == {"passages-two"}, "searching makes none"
    parts.articles.stage("one", [article("a", "The harbour was closed.")])
    parts.library.index()
    assert found(parts, "harbour", "one") == ["a"]


class _StagingWhileErased:
    """Vectors beside which another process stages an article, at the moment when the last one is erased."""

    def __init__(self, parts: Parts, late: Article) -> None:
        self._parts, self._late = parts, late
        self._vectors = parts.vectors

    def drop(self, library: str) -> None:
        self._parts.articles.stage(library, [self._late])
        self._vectors.drop(library)
        self._parts.articles.stage(library, [self._late])

    def __getattr__(self, name: str) -> object:
        return getattr(self._vectors, name)


@pytest.mark.parametrize("late", ["a", "b"])
def test_an_article_that_arrives_while_its_library_is_erased_is_found(
    parts: Parts, article: Callable[..., Article], late: str
) -> None:
    parts.articles.stage("one", [article("a", "The harbour was closed.")])
    parts.library.index()
    parts.articles.withdraw_library("one")
    parts.library._vectors = _StagingWhileErased(parts, article(late, "The harbour was opened."))  # type: ignore[assignment]  # a fake
    assert parts.library.erase() == 1
    parts.library.index()
    assert found(parts, "harbour", "one") == [late]
    assert parts.vectors.count("one") == 1
    assert parts.articles.count_everywhere("gone") == 0


def test_an_erasure_that_stops_after_the_collection_went_is_finished_by_the_next(
    tmp_path: Path, article: Callable[..., Article]
) -> None:
    with opened(tmp_path) as parts:
        parts.articles.stage("one", [article("a", "The zyzzyva was seen.")])
        parts.library.index()
        parts.articles.withdraw_library("one")
        parts.library._lexical = _Stopping(parts.lexical, "delete")  # type: ignore[assignment]  # a fake
        with pytest.raises(KeyboardInterrupt):
            parts.library.erase()
    with opened(tmp_path) as parts:
        assert parts.library.erase() == 1
        assert parts.lexical.search(["one"], "zyzzyva", 10) == []
        assert collections(parts) == set()
        assert parts.articles.count_everywhere("gone") == 0


def test_indexing_and_erasing_at_the_same_time_lose_nothing(parts: Parts, article: Callable[..., Article]) -> None:
    with ThreadPoolExecutor(2) as threads:
        for n in range(20):
            parts.articles.stage("one", [article(str(n), f"The harbour was closed on day {n}.")])
            if n:
                parts.articles.withdraw("one", [str(n - 1)])
            under_way = threads.submit(parts.library.index)
            assert threads.submit(parts.library.erase).exception() is None
            assert under_way.exception() is None
    parts.library.erase()
    assert found(parts, "harbour", "one") == ["19"]
    assert parts.vectors.count("one") == 1


def test_progress_tells_articles_and_passages(parts: Parts, article: Callable[..., Article]) -> None:
    parts.articles.stage("public", [article(str(n), f"Text {n}.") for n in range(20)])
    told: list[IndexingProgress] = []
    parts.library.index(told.append)
    assert [(step.articles, step.articles_total) for step in told] == [(0, 20), (8, 20), (16, 20), (20, 20)]
    assert told[-1].parts == 20


class _Poisoned(WordEncoder):
    """Cannot read a word, as a mistake in a part would have it."""

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if any("poison" in text for text in texts):
            raise ZeroDivisionError
        return super().encode_passages(texts)


def test_an_article_that_cannot_be_indexed_is_set_aside_and_the_rest_goes_on(
    tmp_path: Path, article: Callable[..., Article], caplog: pytest.LogCaptureFixture
) -> None:
    some = [article("a", "The harbour was closed."), article("b", "A poison."), article("c", "The harbour was opened.")]
    with opened(tmp_path, _Poisoned()) as parts:
        parts.articles.stage("public", some)
        parts.library.index()
        assert sorted(found(parts, "harbour")) == ["a", "c"]
        (listing,) = parts.articles.set_aside()
        assert listing.id == "b"
        assert caplog.records[-1].getMessage().split(":")[0] in str(listing.set_aside)
        assert parts.articles.count_everywhere("pending") == 0
        parts.library.check()
    with opened(tmp_path) as parts:
        assert parts.articles.stage("public", some) == ["unchanged", "new", "unchanged"]
        parts.library.index()
        assert found(parts, "poison")[0] == "b", "adding it again tries once more"
        assert parts.articles.set_aside() == []


class _Deadly(WordEncoder):
    """Ends the process at a word, as what is written in C or Rust may."""

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if any("poison" in text for text in texts):
            os._exit(9)
        return super().encode_passages(texts)


def test_an_article_that_two_processes_died_of_is_set_aside_and_the_rest_goes_on(
    tmp_path: Path, article: Callable[..., Article]
) -> None:
    some = [article("a", "The harbour was closed."), article("b", "A poison."), article("c", "The harbour was opened.")]
    with opened(tmp_path) as parts:
        parts.articles.stage("public", some)
    for _ in range(2):
        process = multiprocessing.get_context("spawn").Process(target=_index, args=(tmp_path,))
        process.start()
        process.join()
        assert process.exitcode == 9
    with opened(tmp_path, _Deadly()) as parts:
        parts.library.index()
        assert sorted(found(parts, "harbour")) == ["a", "c"]
        (listing,) = parts.articles.set_aside()
        assert (listing.id, listing.state) == ("b", "pending")
        assert "ended 2 times" in str(listing.set_aside)


def _index(directory: Path) -> None:
    with opened(directory, _Deadly()) as parts:
        parts.library.index()


def test_a_short_article_that_is_read_without_end_ends_who_reads_it_and_is_set_aside_the_third_time(
    tmp_path: Path, article: Callable[..., Article]
) -> None:
    with opened(tmp_path) as parts:
        parts.articles.stage("public", [article("a", "The harbour was closed."), article("b", "An endless report.")])
    for _ in range(2):
        process = multiprocessing.get_context("spawn").Process(target=_read_without_end, args=(tmp_path,))
        process.start()
        process.join()
        assert process.exitcode == -signal.SIGVTALRM
    with opened(tmp_path) as parts:
        parts.library.index()
        assert found(parts, "harbour") == ["a"]
        assert [one.id for one in parts.articles.set_aside()] == ["b"]


def _read_without_end(directory: Path) -> None:
    def endless(_: object, batch: Sequence[StoredArticle]) -> None:
        while any("endless" in revision.article.text for revision in batch):
            pass

    with pytest.MonkeyPatch.context() as patch, opened(directory) as parts:
        patch.setattr("retrieval.library.index_quotes", endless)
        patch.setattr(trial, "SECONDS", 0.1)
        parts.library.index()


def test_a_short_article_that_takes_too_much_memory_is_set_aside_and_the_rest_goes_on(
    parts: Parts, article: Callable[..., Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    def greedy(_: object, batch: Sequence[StoredArticle]) -> None:
        while any("endless" in revision.article.text for revision in batch):
            taken.append(bytearray(1 << 28))

    taken: list[bytearray] = []
    limits = resource.getrlimit(resource.RLIMIT_DATA)
    monkeypatch.setattr("retrieval.library.index_quotes", greedy)
    parts.articles.stage("public", [article("a", "The harbour was closed."), article("b", "An endless report.")])
    parts.library.index()
    assert found(parts, "harbour") == ["a"]
    (listing,) = parts.articles.set_aside()
    assert (listing.id, "more than 1.1 GB of memory" in str(listing.set_aside)) == ("b", True)
    assert resource.getrlimit(resource.RLIMIT_DATA) == limits, "what is bounded is the reading alone"


def test_an_interrupted_run_counts_as_nobody_s_death(tmp_path: Path, article: Callable[..., Article]) -> None:
    for _ in range(3):
        with opened(tmp_path, _Interrupted()) as parts:
            parts.articles.stage("public", [article("x", "The second part.")])
            with pytest.raises(KeyboardInterrupt):
                parts.library.index()
    with opened(tmp_path) as parts:
        parts.library.index()
        assert parts.articles.count_everywhere("ready") == 1


def test_large_articles_are_indexed_one_by_one(
    parts: Parts, article: Callable[..., Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.library._MOST_CHARACTERS", 30)
    parts.articles.stage("public", [article(str(n), f"The harbour was closed, {n}.") for n in range(3)])
    told: list[IndexingProgress] = []
    parts.library.index(told.append)
    assert [step.articles for step in told] == [0, 1, 2, 3]


def long_article() -> Article:
    return Article("long", "Long", "“The harbour is closed,” said Mayor Ann Lee of Zell. " * 12_000)


def test_a_long_article_is_indexed_as_any_other(parts: Parts) -> None:
    parts.articles.stage("public", [replace(long_article(), text=long_article().text[:40_000])])
    assert parts.library.index().parts > 1
    assert parts.articles.set_aside() == []


@pytest.mark.parametrize(
    ("bounds", "told"),
    [
        ({"SECONDS": 0, "SECONDS_A_MILLION": 0}, "takes more than 0 seconds"),
        ({"MEMORY": 0, "MEMORY_A_CHARACTER": 1}, "takes more than 0.0 GB of memory"),
    ],
)
def test_an_article_that_breaks_the_bounds_of_reading_is_set_aside_and_the_rest_goes_on(
    parts: Parts, article: Callable[..., Article], monkeypatch: pytest.MonkeyPatch, bounds: dict[str, int], told: str
) -> None:
    for name, value in bounds.items():
        monkeypatch.setattr(trial, name, value)
    parts.articles.stage("public", [long_article(), article("a", "The harbour was closed on Monday.")])
    parts.library.index()
    assert found(parts, "harbour") == ["a"]
    assert [(one.id, told in (one.set_aside or "")) for one in parts.articles.set_aside()] == [("long", True)]
