"""The indexes are made anew beside those in use, by whoever does so, while others ask and add."""

from __future__ import annotations

import multiprocessing
import os
from typing import TYPE_CHECKING

import pytest

from retrieval.errors import FingerprintMismatch
from retrieval.library import rebuild
from retrieval.store.articles import Articles, open_engine
from retrieval.types import Article, Question
from tests.fakes import WordEncoder
from tests.parts import Parts, opened

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

SOME = [Article(str(n), f"Report {n}", f"The harbour was closed on day {n}.") for n in range(20)]


def found(parts: Parts, text: str = "harbour") -> list[str]:
    return sorted(
        (hit.article.id for hit in parts.search.search(Question(text=text, libraries=("public",)), 50)), key=int
    )


def add(parts: Parts, *articles: Article) -> None:
    parts.articles.stage("public", articles)
    parts.library.index()
    parts.library.erase()


class _WhileEncoding(WordEncoder):
    """Does something else before each batch that it encodes."""

    def __init__(self, do: Callable[[], None]) -> None:
        super().__init__()
        self._do = do

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self._do()
        return super().encode_passages(texts)


def test_questions_are_answered_from_the_old_index_meanwhile_and_from_the_new_one_afterwards(tmp_path: Path) -> None:
    meanwhile: list[list[str]] = []
    with opened(tmp_path) as owner:
        add(owner, *SOME)
        assert rebuild(owner.articles, _WhileEncoding(lambda: meanwhile.append(found(owner)))) == len(SOME)
        assert meanwhile == [[one.id for one in SOME]] * 3
        assert owner.library.follow()
        assert not owner.library.follow()
        assert found(owner) == [one.id for one in SOME]
        owner.library.check()
        owner.library.erase()
        assert not (tmp_path / "vectors").exists()
        assert len(list(tmp_path.glob("index-*"))) == 1
    with opened(tmp_path) as owner:
        assert found(owner) == [one.id for one in SOME]
        owner.library.check()


def test_what_comes_and_goes_while_an_index_is_made_is_in_it_or_not(tmp_path: Path) -> None:
    late = [Article("100", "Report", "The harbour was opened."), Article("101", "Report", "The harbour was widened.")]
    with opened(tmp_path) as owner:
        add(owner, *SOME)

        def change() -> None:
            if late:
                add(owner, late.pop())
            else:
                owner.articles.withdraw("public", ["3"])

        rebuild(owner.articles, _WhileEncoding(change))
        owner.library.follow()
        owner.library.check()
        assert set(found(owner)) == {*(one.id for one in SOME), "100", "101"} - {"3"}


class _SwappedWhileIndexing(WordEncoder):
    """Encodes for the owner while another process puts another index into use."""

    articles: Articles

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if any("late" in text for text in texts) and self.articles.index_name() == ".":
            rebuild(self.articles, WordEncoder())
        return super().encode_passages(texts)


def test_an_article_that_was_written_to_an_index_just_replaced_is_written_to_the_new_one(tmp_path: Path) -> None:
    encoder = _SwappedWhileIndexing()
    with opened(tmp_path, encoder) as owner:
        encoder.articles = owner.articles
        add(owner, *SOME)
        add(owner, Article("50", "Report", "The late harbour was closed."))
        assert "50" in found(owner, "late harbour")
        owner.library.check()
        assert owner.articles.set_aside() == []


def test_an_owner_with_another_model_says_so_once_the_index_is_another_one_s(tmp_path: Path) -> None:
    with opened(tmp_path) as owner:
        add(owner, *SOME)
        rebuild(owner.articles, WordEncoder("other"))
        with pytest.raises(FingerprintMismatch, match="byline reindex"):
            owner.library.follow()
        assert found(owner) == [one.id for one in SOME], "the old index is kept as long as it is needed"
    with opened(tmp_path, WordEncoder("other")) as owner:
        assert found(owner) == [one.id for one in SOME]


class _Killed(WordEncoder):
    """Ends the process at an article."""

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if any("day 12" in text for text in texts):
            os._exit(9)
        return super().encode_passages(texts)


def rebuild_and_die(directory: Path) -> None:
    rebuild(Articles(open_engine(directory)), _Killed())


def test_who_is_killed_while_it_rebuilds_leaves_the_old_index_in_use(tmp_path: Path) -> None:
    with opened(tmp_path) as owner:
        add(owner, *SOME)
    process = multiprocessing.get_context("spawn").Process(target=rebuild_and_die, args=(tmp_path,))
    process.start()
    process.join()
    assert process.exitcode == 9
    with opened(tmp_path) as owner:
        assert found(owner) == [one.id for one in SOME]
        owner.library.check()
        assert list(tmp_path.glob("index-*"))
        owner.library.erase()
        assert not list(tmp_path.glob("index-*")), "what was left is tidied away"
        rebuild(owner.articles, WordEncoder())
        owner.library.follow()
        owner.library.check()
