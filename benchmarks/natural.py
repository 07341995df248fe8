"""How well questions are answered that people ask in their own words: `python -m benchmarks.natural DATA_DIR`.

DATA_DIR holds natural/questions.jsonl[.gz], natural/articles.txt (the ids of the articles that are searched) and
news/articles.jsonl[.gz], as docs/quality.md tells. The questions of a conversation are asked in turn, as in the chat.
The index is kept, so that a second run only asks.
"""

from __future__ import annotations

import argparse
import difflib
import io
import json
import re
import sys
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

from benchmarks.quality.byline import Byline
from benchmarks.quality.cases import Part, news_articles
from benchmarks.quality.measures import calibration_error
from benchmarks.quality.report import around_markers, write_between
from benchmarks.rows import read_rows
from bot.batch import answer_rows
from bot.bootstrap import quiet_dependencies
from bot.render import LISTED, abridged, to_json
from bot.settings import load_settings
from retrieval.errors import BylineError
from retrieval.types import Question

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from retrieval.types import Answer, Article

    Row = Mapping[str, Any]

LIBRARY = "public"
BEGIN, END = "<!-- natural: made by benchmarks.natural -->", "<!-- /natural -->"
TARGETS = {  # (floor, goal)
    "answerable questions answered rightly": ("78 %", "90 %"),
    "unanswerable ones refused": ("72 %", "88 %"),
    "sentences shown that help": ("78 %", "90 %"),
    "characters shown an answer, mean": ("260", "200"),
    "lists": ("8", "10"),
    "first sentence shown helps, of right answers": ("90 %", "95 %"),
    "answered rightly by the first sentence alone": ("", ""),
    "expected calibration error": ("0.06", ""),
}
_OVERLAP = 0.6  # of the shorter sentence, that two share in one piece
_SHORT = 12  # characters: a sentence below that counts only where it stands whole
_TOLD_EVERY = 50  # questions


@dataclass(frozen=True, slots=True)
class Case:
    """A question with what a right answer holds.

    Attributes:
        must: strings of which one has to stand in what is shown, for each part of the answer.
        need: how many of the parts suffice.
        support: every sentence that helps.
        turn: whether it stands alone ("single"), opens a conversation ("first") or follows ("later").
    """

    id: str
    kind: str
    style: str
    turn: str
    answerable: bool
    must: tuple[tuple[str, ...], ...] = ()
    need: int = 0
    support: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """A case with what was shown for it: no sentences are a refusal. `helps` tells of each whether it helps."""

    case: Case
    shown: tuple[str, ...]
    right: bool
    helps: tuple[bool, ...]


def read_cases(rows: Sequence[Row]) -> list[Case]:
    """Returns the rows of questions as cases, in order."""
    sizes = Counter(row["conversation"] for row in rows)
    begun: set[str] = set()
    cases = []
    for row in rows:
        name = row["conversation"]
        turn = "single" if sizes[name] == 1 else "later" if name in begun else "first"
        begun.add(name)
        cases.append(
            Case(
                row["id"],
                row["kind"],
                row["style"],
                turn,
                row["answerable"],
                tuple(map(tuple, row["must"])),
                row.get("need") or len(row["must"]),
                tuple(helpful["sentence"] for helpful in row["support"]),
            )
        )
    return cases


def judge(case: Case, shown: Sequence[str]) -> Outcome:
    """Judges the sentences that are shown for a case; a refusal shows none."""
    told = _plain(" ".join(shown))
    parts = sum(any(stands_in(_plain(string), told) for string in strings) for strings in case.must)
    support = [_plain(sentence) for sentence in case.support]
    helps = tuple(any(overlap(_plain(sentence), helpful) for helpful in support) for sentence in shown)
    return Outcome(case, tuple(shown), bool(shown) and case.answerable and parts >= case.need, helps)


def stands_in(string: str, text: str) -> bool:
    """Tells whether a string stands in a text; a number does not stand in a longer one ("34" in "134" or "34,000")."""
    before = r"(?<!\d)(?<!\d[.,])" if string[:1].isdigit() else ""
    after = r"(?!\d)(?![.,]\d)" if string[-1:].isdigit() else ""
    return re.search(before + re.escape(string) + after, text) is not None


def overlap(sentence: str, other: str) -> bool:
    """Tells whether two sentences are the same, or one is most of the other in one piece."""
    short, long = sorted((sentence, other), key=len)
    if len(short) < _SHORT:
        return re.search(rf"(?:^|[.!?][\"”’)]*\s){re.escape(short)}(?:\s|$)", long) is not None
    matcher = difflib.SequenceMatcher(None, short, long, autojunk=False)
    return short in long or matcher.find_longest_match().size >= _OVERLAP * len(short)


def _plain(text: str) -> str:
    return " ".join(text.split()).lower()


@dataclass(frozen=True, slots=True)
class Figures:
    """What became of some questions. Shares are in 0..1; they and the mean are None where nothing counts.

    Attributes:
        right: answerable questions of which all that is needed is shown.
        refused: unanswerable questions that are refused.
        helpful: the share of the sentences shown for answerable questions that help.
        characters: the mean length of what is shown for a question that is answered.
        first_helps: right answers whose first sentence helps.
        first_right: answerable questions that the first sentence alone would answer rightly.
    """

    answerable: int
    right: int
    unanswerable: int
    refused: int
    helpful: float | None
    characters: float | None
    first_helps: int
    first_right: int


def figures(outcomes: Sequence[Outcome]) -> Figures:
    answerable = [outcome for outcome in outcomes if outcome.case.answerable]
    unanswerable = [outcome for outcome in outcomes if not outcome.case.answerable]
    return Figures(
        answerable=len(answerable),
        right=sum(outcome.right for outcome in answerable),
        unanswerable=len(unanswerable),
        refused=sum(not outcome.shown for outcome in unanswerable),
        helpful=_mean(helps for outcome in answerable for helps in outcome.helps),
        characters=_mean(sum(map(len, outcome.shown)) for outcome in outcomes if outcome.shown),
        first_helps=sum(outcome.helps[0] for outcome in answerable if outcome.right),
        first_right=sum(judge(outcome.case, outcome.shown[:1]).right for outcome in answerable),
    )


def _mean(values: Iterable[float]) -> float | None:
    counted = list(values)
    return fmean(counted) if counted else None


def calibration(cases: Sequence[Case], unrefused: Sequence[Row]) -> float | None:
    """Returns the expected calibration error, of the confidence that what would be shown is right.

    Args:
        cases: what nothing answers is never right.
        unrefused: what would be shown of each if nothing were refused. Where there would be nothing to show, there is
            no confidence to judge.
    """
    judged = [
        (row["confidence"], judge(case, shown(row)).right)
        for case, row in zip(cases, unrefused, strict=True)
        if shown(row)
    ]
    return calibration_error(*zip(*judged, strict=True)) if judged else None


def markdown(outcomes: Sequence[Outcome], error: float | None) -> str:
    """Returns the figures as two tables: of all questions beside the targets, and by kind, style and turn."""
    return "\n".join([*_against_targets(outcomes, error), "", *by_group(outcomes, GROUPS)])


def _against_targets(outcomes: Sequence[Outcome], error: float | None) -> Iterator[str]:
    every, lists = figures(outcomes), figures([outcome for outcome in outcomes if outcome.case.kind == "list"])
    values = (
        f"{_of(every.right, every.answerable)} ({_percent(every.right, every.answerable)})",
        f"{_of(every.refused, every.unanswerable)} ({_percent(every.refused, every.unanswerable)})",
        _percent(every.helpful),
        _whole(every.characters),
        _of(lists.right, lists.answerable),
        f"{_of(every.first_helps, every.right)} ({_percent(every.first_helps, every.right)})",
        f"{_of(every.first_right, every.answerable)} ({_percent(every.first_right, every.answerable)})",
        "" if error is None else f"{error:.3f}",
    )
    yield "| measure | Byline | floor | goal |"
    yield "|---|--:|--:|--:|"
    for (measure, targets), value in zip(TARGETS.items(), values, strict=True):
        yield f"| {measure} | {value} | {' | '.join(targets)} |"


def by_group(outcomes: Sequence[Outcome], groups: Mapping[str, Callable[[Case], str]]) -> Iterator[str]:
    """Returns the lines of a table of the figures of groups; `groups` tells, by its heading, what groups a case."""
    yield "| questions | | right | refused, unanswerable | sentences that help | characters | first helps |"
    yield "|---|---|--:|--:|--:|--:|--:|"
    for name, key in groups.items():
        heading = name
        for value in sorted({key(outcome.case) for outcome in outcomes}):
            group = figures([outcome for outcome in outcomes if key(outcome.case) == value])
            cells = (
                _of(group.right, group.answerable),
                _of(group.refused, group.unanswerable),
                _percent(group.helpful),
                _whole(group.characters),
                _of(group.first_helps, group.right),
            )
            yield f"| {heading} | {value} | {' | '.join(cells)} |"
            heading = ""


GROUPS: dict[str, Callable[[Case], str]] = {
    "by kind": lambda case: case.kind,
    "by style": lambda case: case.style,
    "by turn": lambda case: case.turn,
}


def _of(count: int, total: int) -> str:
    return f"{count} of {total}" if total else ""


def _percent(value: float | None, total: int = 1) -> str:
    return "" if value is None or not total else f"{100 * value / total:.0f} %"


def _whole(value: float | None) -> str:
    return "" if value is None else f"{value:.0f}"


def main(arguments: Sequence[str] | None = None) -> None:
    given = _parser().parse_args(arguments)
    try:
        measure(given)
    except BylineError as error:
        sys.exit(str(error))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, metavar="DATA_DIR")
    parser.add_argument("--alone", action="store_true", help="ask each question without those before it")
    parser.add_argument("--answers", type=Path, metavar="FILE", help="also write the answers, as JSON lines")
    parser.add_argument("--into", type=Path, metavar="FILE", help="also put the tables between this document's markers")
    parser.add_argument("--cache", type=Path, help="where the index is kept (default: in the user's cache)")
    return parser


def measure(given: argparse.Namespace) -> None:
    """Asks the questions, and writes what the options ask for."""
    if given.into:
        around_markers(given.into, BEGIN, END)  # to fail before the work
    settings = load_settings()
    quiet_dependencies(settings)
    questions = data_file(given.data, "natural/questions.jsonl")
    cases = read_cases(read_rows(questions))
    part = Part("natural", {LIBRARY: read_articles(given.data)}, ())
    cache = given.cache or settings.cache_dir / "quality"
    with Byline(cache, refuses=True).over(part, say) as opened:
        asked, rows = ask(opened.parts.pipeline.answer, questions, alone=given.alone)
    refused = [row.get("answered") is False for row in rows]  # a row that failed tells no such thing
    say(f"{sum(refused)} refused; asking what would be shown of them")
    with Byline(cache).over(part, say) as opened:  # never refusing
        unrefused = [
            to_json(abridged(opened.parts.pipeline.answer(question))) if is_refused else row
            for question, row, is_refused in zip(asked, rows, refused, strict=True)
        ]
    outcomes = [judge(case, shown(row)) for case, row in zip(cases, rows, strict=True)]
    tables = markdown(outcomes, calibration(cases, unrefused))
    if given.answers:
        given.answers.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    if given.into:
        write_between(given.into, tables, BEGIN, END)
    print(tables)


def read_articles(data: Path) -> list[Article]:
    """Returns the articles that the questions are asked of.

    Raises:
        SourceError: a row of the articles cannot be used.
    """
    wanted = set(data_file(data, "natural/articles.txt").read_text(encoding="utf-8").split())
    return [article for article in news_articles(data_file(data, "news/articles.jsonl")) if article.id in wanted]


def ask(answer: Callable[[Question], Answer], questions: Path, *, alone: bool) -> tuple[list[Question], list[Row]]:
    """Returns the questions as put, with the turns before, and the objects that `byline ask --batch` prints."""
    asked = []

    def answer_one(question: Question) -> Answer:
        asked.append(replace(question, history=()) if alone else question)
        if len(asked) % _TOLD_EVERY == 0:
            say(f"asking question {len(asked)}")
        return answer(asked[-1])

    printed = io.StringIO()
    answer_rows(str(questions), Question(text="", libraries=(LIBRARY,)), answer_one, printed)
    return asked, [json.loads(line) for line in printed.getvalue().splitlines()]


def shown(row: Row) -> list[str]:
    """Returns the sentences that are shown of an answer, which the chat shortens; none of a refusal or an error."""
    return [statement["text"] for statement in row.get("statements", ())][:LISTED]


def data_file(data: Path, name: str) -> Path:
    """Returns the file of a name, gzipped or not."""
    if not (files := sorted(data.glob(f"{name}*"))):
        raise BylineError(f"{data} lacks {name}[.gz]; docs/quality.md tells its layout.")
    return files[0]


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
