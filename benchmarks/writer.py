"""What a chat model brings, beside the reader alone: `python -m benchmarks.writer DATA_DIR`.

The model is the one that the settings name, as in use (BYLINE_CHAT_MODEL, docs/models.md). DATA_DIR is that of
`benchmarks.natural`, whose questions are asked and whose index is used, `--limit` of them in whole conversations.
A sentence is relevant where an excerpt that it cites is one that helps: what is told in other words is no other news.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

from benchmarks.asking import ask, say
from benchmarks.natural import read
from benchmarks.outcomes import judge, read_cases, shown
from benchmarks.quality.byline import Byline
from benchmarks.quality.cases import Part
from bot.bootstrap import quiet_dependencies
from bot.settings import load_settings
from retrieval.errors import BylineError
from retrieval.writer.writing import STOOD_IN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.outcomes import Case
    from retrieval.pipeline import Pipeline
    from retrieval.types import Answer, Question

    Row = dict[str, Any]

LIMIT = 60  # questions
HEADINGS = "| | right | refused, of unanswerable | false | relevant | stood in | dropped | tokens | seconds |"


@dataclass(slots=True)
class Run:
    """The answers of one system, with what they took."""

    name: str
    rows: Sequence[Row] = ()
    dropped: list[int] = field(default_factory=list)
    tokens: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, metavar="DATA_DIR")
    parser.add_argument("--limit", type=int, default=LIMIT, help=f"how many questions to ask (default: {LIMIT})")
    parser.add_argument("--answers", type=Path, metavar="FILE", help="also write the model's answers, as JSON lines")
    parser.add_argument("--cache", type=Path, help="where the index is kept (default: in the user's cache)")
    given = parser.parse_args()
    try:
        measure(given)
    except BylineError as error:
        sys.exit(str(error))


def measure(given: argparse.Namespace) -> None:
    """Asks the questions of both, and prints the table."""
    settings = load_settings()
    quiet_dependencies(settings)
    asked = read(given)
    rows = chosen(asked.rows, given.limit)
    part = Part("natural", asked.libraries, ())
    cache = given.cache or settings.cache_dir / "quality"
    print(f"{HEADINGS}\n|---{'|--:' * 8}|")
    for system in (Byline(cache, refuses=True), Byline(cache, "writer")):
        with system.over(part, say) as opened:
            run = answers(system.name, opened.parts.pipeline, rows)
        print(line(run, read_cases(rows)), flush=True)
    if given.answers:
        given.answers.write_text("".join(f"{json.dumps(row)}\n" for row in run.rows), encoding="utf-8")


def chosen(rows: Sequence[Row], limit: int) -> list[Row]:
    """Returns the rows of whole conversations, evenly from all of them, about as many as the limit."""
    conversations = defaultdict(list)
    for row in rows:
        conversations[row["conversation"]].append(row)
    step = max(1, round(len(rows) / limit))
    return [row for turns in [*conversations.values()][::step] for row in turns]


def answers(name: str, pipeline: Pipeline, rows: Sequence[Row]) -> Run:
    """Returns the answers to the questions, each with what it took."""
    run = Run(name)
    chat = pipeline.writer.chat if pipeline.writer else None
    budget = getattr(chat, "budget", None)

    def answer(question: Question) -> Answer:
        before, started = budget.spent.total if budget else 0, time.perf_counter()
        given = pipeline.answer(question)
        run.seconds.append(time.perf_counter() - started)
        run.tokens.append((budget.spent.total if budget else 0) - before)
        run.dropped.append(given.trace.dropped)
        return given

    _, run.rows = ask(answer, rows)
    return run


def line(run: Run, cases: Sequence[Case]) -> str:
    """Returns a row of the table."""
    answerable = [(case, row) for case, row in zip(cases, run.rows, strict=True) if case.answerable]
    others = [row for case, row in zip(cases, run.rows, strict=True) if not case.answerable]
    right = [judge(case, shown(row)).right for case, row in answerable]
    refused = sum(not shown(row) for row in others)
    helps = [helps for case, row in answerable for helps in judge(case, excerpts(row)).helps]
    wrong = sum(bool(shown(row)) for _, row in answerable) - sum(right)
    stood_in = sum(STOOD_IN in (row.get("note") or "") for row in run.rows)
    cells = (
        f"{sum(right)} of {len(right)}",
        f"{refused} of {len(others)}",
        f"{wrong + len(others) - refused}",
        f"{fmean(helps):.0%}" if helps else "",
        f"{stood_in}",
        f"{sum(run.dropped)}",
        f"{fmean(run.tokens):,.0f}",
        f"{fmean(run.seconds):.1f}",
    )
    return f"| {run.name} | {' | '.join(cells)} |"


def excerpts(row: Row) -> list[str]:
    """Returns what each sentence that is shown cites."""
    quoted = {citation["number"]: citation["quote"] for citation in row.get("citations", ())}
    statements = row.get("statements", ())[: len(shown(row))]
    return [" ".join(quoted[number] for number in statement["citations"]) for statement in statements]


if __name__ == "__main__":
    main()
