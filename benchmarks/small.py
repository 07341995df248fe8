"""How well questions are answered in libraries of a few short articles: `python -m benchmarks.small`.

So a Discord server begins. The libraries are our own, invented, each of three to nine notices and reports
(benchmarks/data/small.jsonl.gz, one a row), and so are the questions, asked in people's own words. The reader learns
from those of the part "train" and is calibrated with "calibration"; "dev" measures. They are counted as
`benchmarks.natural` counts, but that any sentence that helps is right.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.asking import QuestionSet, command, run
from benchmarks.natural import markdown
from benchmarks.rows import in_turn, marked, read_rows
from retrieval.types import Article

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    Row = dict[str, Any]

PARTS = ("train", "calibration", "dev")
_LIBRARIES = Path(__file__).parent / "data" / "small.jsonl.gz"


def read_small(part: str) -> tuple[list[Row], dict[str, list[Article]]]:
    """Returns the questions of a part with those before them, as `in_turn` does, and its libraries."""
    rows = [row for row in read_rows(_LIBRARIES) if row["part"] == part]
    questions = [
        {"conversation": each["id"]} | each | {"library": row["library"]} for row in rows for each in row["questions"]
    ]
    return in_turn(questions), {row["library"]: [Article(**article) for article in row["articles"]] for row in rows}


def with_texts(row: Row, articles: dict[str, Article]) -> Row:
    """Returns a row as `benchmarks.natural` reads it: the words that answer will do, and every sentence that helps."""
    helpful = [marked(span, articles) for span in row["support"]]
    answers = [marked(row["answer"], articles)] if row["answer"] else []
    return row | {"must": [answers + helpful] if helpful else [], "support": [{"sentence": each} for each in helpful]}


def read(given: argparse.Namespace) -> QuestionSet:
    """Returns the questions of a part with the strings that they mark in their articles."""
    rows, libraries = read_small(given.part)
    articles = {article.id: article for library in libraries.values() for article in library}
    return QuestionSet([with_texts(row, articles) for row in rows], libraries, markdown)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = command(__doc__, of_data=False)
    parser.add_argument("--part", choices=PARTS, default="dev", help="whose questions are asked (default: dev)")
    run("small", read, parser.parse_args(arguments))


if __name__ == "__main__":
    main()
