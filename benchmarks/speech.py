"""How well Byline tells who said what, and goes on with a conversation: `python -m benchmarks.speech DATA_DIR`.

The questions are our own (benchmarks/data: how they are labelled stands in docs/quality.md). DATA_DIR holds the
articles that they are asked of, news/articles.jsonl[.gz]. They are counted as `benchmarks.natural` counts.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.asking import LIBRARY, QuestionSet, command, public_library, run
from benchmarks.outcomes import GROUPS, by_group, shown
from benchmarks.rows import marked, read_rows

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from benchmarks.outcomes import Outcome
    from retrieval.types import Article

    Row = dict[str, Any]

LABELS = Path(__file__).parent / "data"
HALVES = ("train", "dev")
SMALL_TALK = "chat"


def read_labels(halves: Sequence[str] = HALVES) -> list[Row]:
    """Returns the rows of the questions of some halves: the single ones, then the conversations, each in order."""
    rows = [row for name in ("speech", "conversations") for row in read_rows(LABELS / f"{name}.jsonl")]
    return [row for row in rows if row["half"] in halves]


def library() -> list[str]:
    """Returns the ids of the articles that the questions are asked of."""
    return (LABELS / "articles.txt").read_text(encoding="utf-8").split()


def with_texts(row: Row, articles: Mapping[str, Article]) -> Row:
    """Returns a row as `benchmarks.natural` reads it, with the strings that its spans mark."""
    return row | {
        "must": [[marked(span, articles) for span in alternatives] for alternatives in row["answers"]],
        "support": [{"sentence": marked(span, articles)} for span in row["support"]],
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


def read(given: argparse.Namespace) -> QuestionSet:
    """Returns our questions, or those of one half, with the strings that they mark in the articles of DATA_DIR."""
    libraries = public_library(given.data, library())
    articles = {article.id: article for article in libraries[LIBRARY]}
    labels = read_labels((given.half,) if given.half else HALVES)
    rows = [with_texts(standing_alone(row) if given.standalone else row, articles) for row in labels]
    halves = {row["id"]: row["half"] for row in rows}
    return QuestionSet(
        rows,
        libraries,
        lambda outcomes, _: markdown(outcomes, halves),
        shown_for,
        is_calibrated=False,
    )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = command(__doc__)
    parser.add_argument("--half", choices=HALVES, help="only the questions of this half (default: both)")
    parser.add_argument(
        "--standalone", action="store_true", help="ask each as it would stand alone, as if rewriting never failed"
    )
    given = parser.parse_args(arguments)
    given.alone |= given.standalone
    run("speech", read, given)


if __name__ == "__main__":
    main()
