"""The questions of the public data, each with the articles it may be answered from: files to `Part`s.

The rows are described in docs/quality.md. A question's own documents make a library of their own; the news articles
make one library for all questions. What the product reads of an article, it reads here: titles, texts and dates as they
are given; a date that is no calendar date ("2 hours ago", "2018") is no date.
"""

from __future__ import annotations

import argparse
import datetime as dt
import itertools
import math
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.quality.measures import Wanted, items
from benchmarks.rows import data_file, read_rows
from retrieval.errors import SourceError
from retrieval.sources.files import read_sources
from retrieval.types import Article

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Row = dict[str, Any]
    Rows = Sequence[Row]

NEWS_LIBRARY = "public"
_UNDATED = dt.date(2024, 1, 1)  # when a question was asked whose row does not tell; its documents have no dates either
_DAY = re.compile(r"(\d{4})[/-](\d{1,2})[/-](\d{1,2})\b")
_LARGEST = 10_000_000  # bytes of an article's row
_TRUSTED = "high"


@dataclass(frozen=True, slots=True)
class Case:
    """A question put to a library.

    Attributes:
        wanted: the answers that count, each as the strings that it must hold; none where no article answers.
        withheld: ids of articles that are hidden from the search. What is withheld is what answers.
        astray: ids of articles whose report is outdated or false.
        age: days between the day asked and the nearest article that answers; infinite where its date is not told.
    """

    id: str
    question: str
    library: str
    wanted: Wanted
    asked: dt.date = _UNDATED
    withheld: frozenset[str] = frozenset()
    astray: frozenset[str] = frozenset()
    age: float = math.inf

    @property
    def answerable(self) -> bool:
        return bool(self.wanted) and not self.withheld


@dataclass(frozen=True, slots=True)
class Part:
    """Questions of one kind, and the libraries they are put to."""

    name: str
    libraries: Mapping[str, Sequence[Article]]
    cases: Sequence[Case]


def read_part(name: str, directory: Path, limit: int | None = None) -> Part | None:
    """A part of `PARTS` as it is under a directory, None where a file of it is absent.

    `limit` is how many rows of questions to take, evenly spread over the file.
    """
    patterns, read = PARTS[name]
    found = [sorted(file for name in pattern.split("|") for file in directory.glob(name)) for pattern in patterns]
    if not all(found):
        return None
    *before, questions = (files[0] for files in found)
    libraries, cases = read(_spread(read_rows(questions), limit), *before)
    return Part(name, libraries, cases)


def _spread(rows: Rows, limit: int | None) -> Rows:
    if limit is None or limit >= len(rows):
        return rows
    return [rows[at * len(rows) // limit] for at in range(limit)]


_Read = tuple["Mapping[str, Sequence[Article]]", "Sequence[Case]"]


def _reader(rows: Rows) -> _Read:
    """SQuAD: a library for each paragraph."""
    names = {context: str(n) for n, context in enumerate(dict.fromkeys(_context(row) for row in rows))}
    libraries = {name: [Article(name, title, text)] for (title, text), name in names.items()}
    cases = [
        Case(row["id"], row["question"], names[_context(row)], tuple((answer["text"],) for answer in row["answers"]))
        for row in rows
    ]
    return libraries, cases


def _context(row: Row) -> tuple[str, str]:
    return row["title"].replace("_", " "), row["context"]


def _news(rows: Rows, path: Path) -> _Read:
    """RealTimeQA: the questions that an article answers, then the same with those articles withheld."""
    articles = news_articles(path)
    published = {article.id: _day(article.published) for article in articles}
    asked = []
    for row in rows:
        if answering := row["articles_with_answer"]:
            day = _day(row["asked"]) or _UNDATED
            ages = [abs((day - date).days) for each in answering if (date := published.get(each))]
            wanted = tuple(dict.fromkeys([(row["answer"],), items(row["answer"])]))
            asked.append(
                Case(
                    row["id"],
                    row["question"],
                    NEWS_LIBRARY,
                    wanted,
                    day,
                    frozenset(answering),
                    age=min(ages, default=math.inf),
                )
            )
    return {NEWS_LIBRARY: articles}, [*(replace(case, withheld=frozenset()) for case in asked), *asked]


def news_articles(path: Path) -> list[Article]:
    found = []
    for article in read_sources([str(path)], max_bytes=_LARGEST):
        if isinstance(article, SourceError):
            raise article
        found.append(article)
    return found


def labelled_news(description: str | None) -> tuple[list[Article], bool]:
    """Returns the news articles of the DATA_DIR of a command line, and whether what is told otherwise is printed, too.

    For benchmarks of what we have labelled in these articles.
    """
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, metavar="DATA_DIR")
    parser.add_argument("--wrong", action="store_true", help="also print what is told otherwise than it is labelled")
    given = parser.parse_args()
    return news_articles(data_file(given.data, "news/articles.jsonl")), given.wrong


def _refusal(rows: Rows) -> _Read:
    """RGB: each question with its positive and negative documents, then with the negative ones alone."""
    libraries = {
        str(n): _documents([{"text": text} for text in (*row["positive"], *row["negative"])])
        for n, row in enumerate(rows)
    }
    cases = [
        Case(str(row["id"]), row["query"], str(n), _all_of(row["answer"]), withheld=withheld)
        for withhold in (False, True)
        for n, row in enumerate(rows)
        for withheld in [frozenset(map(str, range(len(row["positive"]) if withhold else 0)))]
    ]
    return libraries, cases


def _all_of(answer: Sequence[str | Sequence[str]]) -> Wanted:
    """RGB's own rule: each element of the answer must be there, a list by any one of its strings."""
    return tuple(itertools.product(*([element] if isinstance(element, str) else element for element in answer)))


def _recency(rows: Rows) -> _Read:
    """EvoTempQA: each question with current and outdated reports of the same thing."""
    return _with_documents(rows, lambda row: _any_of(row["answers"]))


def _any_of(answers: Sequence[str | Sequence[str]]) -> Wanted:
    """EvoTempQA's: any element answers, a list by all of its strings."""
    return tuple((answer,) if isinstance(answer, str) else tuple(answer) for answer in answers)


def _conflict(rows: Rows) -> _Read:
    """NewsPollutedQA: each question with one true and three false reports."""
    return _with_documents(rows, lambda row: ((row["answer"],),))


def _with_documents(rows: Rows, wanted: Callable[[Row], Wanted]) -> _Read:
    libraries = {str(n): _documents(row["docs"]) for n, row in enumerate(rows)}
    cases = [
        Case(
            str(row["id"]),
            row["question"],
            str(n),
            wanted(row),
            _day(row.get("q_date")) or _UNDATED,
            astray=frozenset(str(at) for at, document in enumerate(row["docs"]) if document["cred"] != _TRUSTED),
        )
        for n, row in enumerate(rows)
    ]
    return libraries, cases


def _documents(rows: Rows) -> list[Article]:
    """Articles named by their place in the row."""
    return [
        Article(
            id=str(n),
            title=row.get("title") or "",
            text=row["text"],
            published=day.isoformat() if (day := _day(row.get("date"))) else None,
        )
        for n, row in enumerate(rows)
        if row["text"].strip()
    ]


def _day(value: object) -> dt.date | None:
    """The calendar date that a string begins with; NaN and null stand for none in the data."""
    found = _DAY.match(value) if isinstance(value, str) else None
    return dt.date(*map(int, found.groups())) if found else None


PARTS: dict[str, tuple[tuple[str, ...], Callable[..., _Read]]] = {  # the file of the questions last
    "reader": (("reader/dev*.jsonl*|reader/test*.jsonl*",), _reader),
    "news": (("news/articles*.jsonl*", "news/questions*.jsonl*"), _news),
    "refusal": (("refusal/rgb_*.jsonl*",), _refusal),
    "recency": (("recency/evotemp_*.jsonl*",), _recency),
    "conflict": (("conflict/polluted_*.jsonl*",), _conflict),
}
