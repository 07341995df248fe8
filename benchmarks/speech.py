"""How well Byline tells who said what, and goes on with a conversation: `python -m benchmarks.speech DATA_DIR`.

The questions are our own (benchmarks/data: how they are labelled stands in docs/quality.md). DATA_DIR holds the
articles that they are asked of, news/articles.jsonl[.gz]. They are counted as `benchmarks.natural` counts.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from benchmarks.natural import GROUPS, LIBRARY, ask, by_group, data_file, judge, read_cases, say, shown
from benchmarks.quality.byline import Byline
from benchmarks.quality.cases import Part, news_articles
from benchmarks.quality.report import around_markers, write_between
from benchmarks.rows import read_rows
from bot.bootstrap import quiet_dependencies
from bot.settings import load_settings
from retrieval.errors import BylineError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.natural import Outcome
    from retrieval.types import Article

    Row = dict[str, Any]

LABELS = Path(__file__).parent / "data"
HALVES = ("train", "dev")
SMALL_TALK = "chat"
BEGIN, END = "<!-- speech: made by benchmarks.speech -->", "<!-- /speech -->"


def read_labels(halves: Sequence[str] = HALVES) -> list[Row]:
    """Returns the rows of the questions of some halves: the single ones, then the conversations, each in order."""
    rows = [row for name in ("speech", "conversations") for row in read_rows(LABELS / f"{name}.jsonl")]
    return [row for row in rows if row["half"] in halves]


def library() -> list[str]:
    """Returns the ids of the articles that the questions are asked of."""
    return (LABELS / "articles.txt").read_text(encoding="utf-8").split()


def with_texts(row: Row, articles: Mapping[str, Row]) -> Row:
    """Returns a row as `benchmarks.natural` reads it, with the strings that its spans mark.

    `articles` are rows of DATA_DIR by their ids: the spans are offsets into their titles and texts.
    """

    def marked(span: Row) -> str:
        field: str = articles[span["article_id"]][span["field"]]
        return field[span["start"] : span["end"]]

    return row | {
        "must": [[marked(span) for span in alternatives] for alternatives in row["answers"]],
        "support": [{"sentence": marked(span)} for span in row["support"]],
    }


def standing_alone(row: Row) -> Row:
    """Returns a row that asks the question as it would stand alone."""
    return row | {"question": row["standalone"]}


def shown_for(row: Row, answer: Mapping[str, Any]) -> list[str]:
    """Returns the sentences that are shown for a question.

    Where there is nothing to answer, only what is cited counts: "You're welcome." and "I do not know who wrote it." are
    no false answers.
    """
    cited = [statement for statement in answer.get("statements", ()) if statement["citations"]]
    return shown(answer if row["answerable"] else {"statements": cited})


def markdown(outcomes: Sequence[Outcome], halves: Mapping[str, str]) -> str:
    """Returns the figures by half and turn, kind and style; `halves` tells by a question's id which half it is in.

    Small talk ("thanks") stands in a line of its own: it is right if nothing of an article is shown for it.
    """
    questions = [outcome for outcome in outcomes if outcome.case.kind != SMALL_TALK]
    small_talk = [outcome for outcome in outcomes if outcome.case.kind == SMALL_TALK]
    groups = {"by half": lambda case: f"{halves[case.id]}, {case.turn}"} | GROUPS
    groups.pop("by turn")
    lines = [*by_group(questions, groups)]
    if small_talk:
        quiet = sum(not outcome.shown for outcome in small_talk)
        lines += ["", f"Small talk that shows nothing of an article: {quiet} of {len(small_talk)}."]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    given = _parser().parse_args(arguments)
    try:
        measure(given)
    except BylineError as error:
        sys.exit(str(error))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, metavar="DATA_DIR")
    parser.add_argument("--half", choices=HALVES, help="only the questions of this half (default: both)")
    parser.add_argument("--alone", action="store_true", help="ask each question without those before it")
    parser.add_argument(
        "--standalone", action="store_true", help="ask each as it would stand alone, as if rewriting never failed"
    )
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
    file = data_file(given.data, "news/articles.jsonl")
    articles = {row["id"]: row for row in read_rows(file)}
    labels = read_labels((given.half,) if given.half else HALVES)
    rows = [with_texts(standing_alone(row) if given.standalone else row, articles) for row in labels]
    part = Part("speech", {LIBRARY: read_articles(file)}, ())
    with (
        Byline(given.cache or settings.cache_dir / "quality", refuses=True).over(part, say) as opened,
        TemporaryDirectory() as folder,
    ):
        questions = Path(folder) / "questions.jsonl"
        questions.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        _, answers = ask(opened.parts.pipeline.answer, questions, alone=given.alone or given.standalone)
    outcomes = [
        judge(case, shown_for(row, answer)) for case, row, answer in zip(read_cases(rows), rows, answers, strict=True)
    ]
    tables = markdown(outcomes, {row["id"]: row["half"] for row in rows})
    if given.answers:
        written = "".join(json.dumps(answer, ensure_ascii=False) + "\n" for answer in answers)
        given.answers.write_text(written, encoding="utf-8")
    if given.into:
        write_between(given.into, tables, BEGIN, END)
    print(tables)


def read_articles(file: Path) -> list[Article]:
    """Returns the articles of the library, of those that a file holds.

    Raises:
        SourceError: a row of the articles cannot be used.
    """
    wanted = set(library())
    return [article for article in news_articles(file) if article.id in wanted]


if __name__ == "__main__":
    main()
