"""How well questions are answered that people ask in their own words: `python -m benchmarks.natural DATA_DIR`.

DATA_DIR holds natural/questions.jsonl[.gz], natural/articles.txt (the ids of the articles that are searched) and
news/articles.jsonl[.gz], as docs/quality.md tells. The questions of a conversation are asked in turn, as in the chat.
The index is kept, so that a second run only asks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.asking import QuestionSet, command, public_library, run
from benchmarks.outcomes import GROUPS, by_group, figures, percent, share, whole
from benchmarks.rows import data_file, read_rows

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from benchmarks.outcomes import Outcome

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


def markdown(outcomes: Sequence[Outcome], error: float | None) -> str:
    """Returns the figures as two tables: of all questions beside the targets, and by kind, style and turn."""
    return "\n".join([*_against_targets(outcomes, error), "", *by_group(outcomes, GROUPS)])


def _against_targets(outcomes: Sequence[Outcome], error: float | None) -> Iterator[str]:
    every, lists = figures(outcomes), figures([outcome for outcome in outcomes if outcome.case.kind == "list"])
    values = (
        f"{share(every.right, every.answerable)} ({percent(every.right, every.answerable)})",
        f"{share(every.refused, every.unanswerable)} ({percent(every.refused, every.unanswerable)})",
        percent(every.helpful),
        whole(every.characters),
        share(lists.right, lists.answerable),
        f"{share(every.first_helps, every.right)} ({percent(every.first_helps, every.right)})",
        f"{share(every.first_right, every.answerable)} ({percent(every.first_right, every.answerable)})",
        "" if error is None else f"{error:.3f}",
    )
    yield "| measure | Byline | floor | goal |"
    yield "|---|--:|--:|--:|"
    for (measure, targets), value in zip(TARGETS.items(), values, strict=True):
        yield f"| {measure} | {value} | {' | '.join(targets)} |"


def read(given: argparse.Namespace) -> QuestionSet:
    """Returns the questions of DATA_DIR."""
    rows = read_rows(data_file(given.data, "natural/questions.jsonl"))
    ids = data_file(given.data, "natural/articles.txt").read_text(encoding="utf-8").split()
    return QuestionSet(rows, public_library(given.data, ids), markdown)


def main(arguments: Sequence[str] | None = None) -> None:
    run("natural", read, command(__doc__).parse_args(arguments))


if __name__ == "__main__":
    main()
