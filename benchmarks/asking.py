"""Asking labelled questions of libraries of news, and writing the figures: for `natural`, `speech` and `small`."""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from benchmarks.outcomes import calibration, judge, read_cases, shown
from benchmarks.quality.byline import Byline
from benchmarks.quality.cases import Part, news_articles
from benchmarks.quality.report import around_markers, write_between
from benchmarks.rows import data_file
from bot.batch import answer_rows
from bot.bootstrap import quiet_dependencies
from bot.render import abridged, to_json
from bot.settings import load_settings
from retrieval.errors import BylineError
from retrieval.types import Question

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from benchmarks.outcomes import Outcome
    from retrieval.types import Answer, Article

    Row = dict[str, Any]

LIBRARY = "public"
_TOLD_EVERY = 50  # questions


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Labelled questions, and how they are counted.

    Attributes:
        rows: the questions as `read_cases` reads them, those of a conversation in order.
        libraries: the articles that they are asked of; a row names its library, or is asked of `LIBRARY`.
        markdown: what is printed of the outcomes, and of the expected calibration error where it is measured.
        shown: the sentences that count as shown for a row's question.
        is_calibrated: whether the calibration error is measured, for which what is refused is asked once more.
    """

    rows: Sequence[Row]
    libraries: Mapping[str, Sequence[Article]]
    markdown: Callable[[Sequence[Outcome], float | None], str]
    shown: Callable[[Row, Row], list[str]] = lambda _, answer: shown(answer)
    is_calibrated: bool = True


def public_library(data: Path, ids: Collection[str]) -> dict[str, list[Article]]:
    """Returns those of DATA_DIR's news articles, as the one library."""
    articles = news_articles(data_file(data, "news/articles.jsonl"))
    return {LIBRARY: [article for article in articles if article.id in ids]}


def command(description: str | None, *, of_data: bool = True) -> argparse.ArgumentParser:
    """Returns the parser of what every set of questions can be asked with; `of_data` that it needs DATA_DIR."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    if of_data:
        parser.add_argument("data", type=Path, metavar="DATA_DIR")
    parser.add_argument("--alone", action="store_true", help="ask each question without those before it")
    parser.add_argument("--conversations", action="store_true", help="ask only questions that have others after them")
    parser.add_argument("--answers", type=Path, metavar="FILE", help="also write the answers, as JSON lines")
    parser.add_argument("--into", type=Path, metavar="FILE", help="also put the tables between this document's markers")
    parser.add_argument("--cache", type=Path, help="where the index is kept (default: in the user's cache)")
    return parser


def run(name: str, read: Callable[[argparse.Namespace], QuestionSet], given: argparse.Namespace) -> None:
    """Asks the questions that `read` gives, and writes what the options ask for; ends with a sentence on an error."""
    try:
        measure(name, read, given)
    except BylineError as error:
        sys.exit(str(error))


def measure(name: str, read: Callable[[argparse.Namespace], QuestionSet], given: argparse.Namespace) -> None:
    markers = f"<!-- {name}: made by benchmarks.{name} -->", f"<!-- /{name} -->"
    if given.into:
        around_markers(given.into, *markers)  # to fail before the work
    settings = load_settings()
    quiet_dependencies(settings)
    asked = read(given)
    turns = Counter(row["conversation"] for row in asked.rows)
    rows = [row for row in asked.rows if not given.conversations or turns[row["conversation"]] > 1]
    part = Part(name, asked.libraries, ())
    cache = given.cache or settings.cache_dir / "quality"
    with Byline(cache, refuses=True).over(part, say) as opened:
        questions, answers = ask(opened.parts.pipeline.answer, rows, alone=given.alone)
    cases = read_cases(rows)
    error = None
    if asked.is_calibrated:
        refused = [answer.get("answered") is False for answer in answers]  # a row that failed tells no such thing
        say(f"{sum(refused)} refused; asking what would be shown of them")
        with Byline(cache).over(part, say) as opened:  # never refusing
            unrefused = [
                to_json(abridged(opened.parts.pipeline.answer(question))) if is_refused else answer
                for question, answer, is_refused in zip(questions, answers, refused, strict=True)
            ]
        error = calibration(cases, unrefused)
    outcomes = [judge(case, asked.shown(*pair)) for case, *pair in zip(cases, rows, answers, strict=True)]
    tables = asked.markdown(outcomes, error)
    if given.answers:
        given.answers.write_text(_lines(answers), encoding="utf-8")
    if given.into:
        write_between(given.into, tables, *markers)
    print(tables)


def ask(
    answer: Callable[[Question], Answer], rows: Sequence[Row], *, alone: bool = False
) -> tuple[list[Question], list[Row]]:
    """Returns the questions as put, with the turns before, and the objects that `byline ask --batch` prints."""
    asked = []

    def answer_one(question: Question) -> Answer:
        asked.append(replace(question, history=()) if alone else question)
        if len(asked) % _TOLD_EVERY == 0:
            say(f"asking question {len(asked)}")
        return answer(asked[-1])

    printed = io.StringIO()
    with TemporaryDirectory() as folder:
        questions = Path(folder) / "questions.jsonl"
        questions.write_text(_lines(rows), encoding="utf-8")
        answer_rows(str(questions), Question(text="", libraries=(LIBRARY,)), answer_one, printed)
    return asked, [json.loads(line) for line in printed.getvalue().splitlines()]


def _lines(rows: Sequence[Row]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
