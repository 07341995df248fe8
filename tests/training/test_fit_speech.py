"""The fitting of how sure Byline is of what a speaker is shown to have said, over a library of one article."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.quality.byline import Byline
from benchmarks.quality.cases import Part
from retrieval.index.vectors import check_library_name
from retrieval.types import Article
from training.fit_speech import FEATURES, judge, of_small_libraries

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.quality.byline import OpenedByline

TEXT = (
    "The ferry of Holm stays in port this winter. “We cannot pay the crew any longer,” said captain Ann Lee. "
    "The council meets on Friday."
)
FERRY = Article("ferry", "Ferry stays in port", TEXT)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenedByline]:
    folder: Path = tmp_path_factory.mktemp("indexes")
    with Byline(folder).over(Part("speech", {"holm": [FERRY]}, ()), print) as opened:
        yield opened


def asked(question: str, helpful: str) -> dict[str, Any]:
    start = TEXT.index(helpful)
    support = [{"article_id": "ferry", "field": "text", "start": start, "end": start + len(helpful)}] if helpful else []
    return {"library": "holm", "question": question, "asked": "2026-11-30", "before": [], "support": support}


@pytest.mark.parametrize(("helpful", "helps"), [("We cannot pay the crew", True), ("", False)])
def test_what_is_shown_of_a_speaker_is_judged_by_whether_it_helps(
    opened: OpenedByline, helpful: str, *, helps: bool
) -> None:
    [judged] = judge(asked("What did Ann Lee say about money?", helpful), opened)
    assert (tuple(judged.values), judged.helps) == (FEATURES, helps)


def test_questions_on_something_else_are_not_judged(opened: OpenedByline) -> None:
    assert not list(judge(asked("When does the council meet?", "on Friday"), opened))


def test_questions_of_small_libraries_are_put_to_libraries_that_can_be_opened() -> None:
    for rows, part in of_small_libraries():
        assert all(check_library_name(name) for name in part.libraries)
        assert {row["library"] for row in rows} <= part.libraries.keys()
