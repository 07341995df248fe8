"""What is written of the outcomes: the table against the targets, its figures, and each question's fate."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from benchmarks.quality.scores import CALIBRATED, ERROR, REFUSING_ONLY, SCORED_BY, curve
from retrieval.errors import BylineError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from benchmarks.quality.measures import Curve
    from benchmarks.quality.scores import Found, Score, Unit
    from benchmarks.quality.systems import System

TITLES = {
    "reader": "reader (SQuAD 2.0)",
    "news": "news (RealTimeQA)",
    "refusal": "refusal (RGB)",
    "recency": "recency (EvoTempQA)",
    "conflict": "conflict (NewsPollutedQA)",
}
TARGETS: dict[tuple[str, str], tuple[float, float | None]] = {  # (floor, goal) as they are shown: shares in percent
    ("reader", "F1"): (68.0, 76.0),
    ("reader", "F1, answerable"): (60.0, None),
    ("reader", "refused, unanswerable"): (62.0, None),
    ("reader", ERROR): (0.08, 0.05),
    ("news", "hits@1"): (66.0, 68.0),
    ("news", "hits@10"): (88.0, 94.0),
    ("news", "answer contained"): (56.0, 69.9),
    ("news", "short answer, exact"): (32.0, 54.7),
    ("news", "within 7 days: answer contained"): (80.0, 85.2),
    ("news", "within 7 days: answer contained, mean characters shown"): (300.0, None),
    ("news", "within 7 days: short answer, exact"): (50.0, None),
    ("news", "answering articles withheld: refused"): (65.0, 85.0),
    ("refusal", "with positives: right"): (75.0, 88.0),
    ("refusal", "only negatives: refused"): (80.0, 92.0),
}
BEGIN, END = "<!-- quality: made by benchmarks.quality -->", "<!-- /quality -->"
_FORMS: dict[Unit, str] = {"share": ".1f", "error": ".3f", "characters": ".0f"}


@dataclass(frozen=True, slots=True)
class Row:
    """A measure of a part. `values` are those of the systems in the order of the columns, None where not measured."""

    part: str
    measure: str
    questions: int
    unit: Unit
    values: tuple[float | None, ...]
    floor: float | None = None
    goal: float | None = None

    @property
    def reached(self) -> str:
        """How the first system stands to its targets."""
        value = self.values[0]
        if self.floor is None or value is None:
            return ""
        if self.goal is not None and self._reaches(value, self.goal):
            return "goal"
        return "floor" if self._reaches(value, self.floor) else "below"

    def _reaches(self, value: float, target: float) -> bool:
        return round(100 * value, 6) >= target if self.unit == "share" else value <= target

    def cells(self) -> list[str]:
        factor = 100 if self.unit == "share" else 1
        values = [None if value is None else factor * value for value in self.values]
        shown = ["" if each is None else format(each, _FORMS[self.unit]) for each in (*values, self.floor, self.goal)]
        return [self.measure, f"{self.questions:,}", *shown, self.reached]


def rows_of(found: Found, systems: Sequence[System]) -> Iterator[Row]:
    """Yields a row for each measure of the first system, which is the one that the targets are for."""
    for part in found:
        columns = [_scores(part, system, found) for system in systems]
        for measure, score in columns[0].items():
            others = [column.get(measure) for column in columns[1:]]
            values = (score.value, *(other.value if other else None for other in others))
            yield Row(part, measure, score.of, score.unit, values, *TARGETS.get((part, measure), (None, None)))


def _scores(part: str, system: System, found: Found) -> dict[str, Score]:
    scores = SCORED_BY[part](found[part][system.name])
    return {name: score for name, score in scores.items() if system.threshold is not None or name not in REFUSING_ONLY}


def report(found: Found, systems: Sequence[System]) -> tuple[str, dict[str, Any]]:
    """Returns the table as Markdown, and as JSON with the risk-coverage curves of the first system."""
    rows, names = list(rows_of(found, systems)), [system.name for system in systems]
    return markdown(rows, names), {
        "threshold": systems[0].threshold,
        "risk_coverage": curves(found, systems[0]),
        "rows": [
            asdict(row) | {"values": dict(zip(names, row.values, strict=True)), "reached": row.reached} for row in rows
        ],
    }


def curves(found: Found, system: System) -> dict[str, Curve]:
    return {part: curve(found[part][system.name]) for part in CALIBRATED if part in found}


def markdown(rows: Iterable[Row], systems: Sequence[str]) -> str:
    lines = [
        f"| part | measure | questions | {' | '.join(systems)} | floor | goal | reached |",
        f"|---|---|--:|{'--:|' * len(systems)}--:|--:|---|",
    ]
    last = ""
    for row in rows:
        part, last = ("" if row.part == last else TITLES[row.part]), row.part
        lines.append(f"| {' | '.join([part, *row.cells()])} |")
    return "\n".join(lines)


def details(found: Found) -> Iterator[dict[str, Any]]:
    """Yields what became of each question, for the analysis of errors."""
    for part, by_system in found.items():
        for system, results in by_system.items():
            for outcome in results:
                case, reply = outcome.case, outcome.unrefused
                yield {
                    "part": part,
                    "system": system,
                    "id": case.id,
                    "question": case.question,
                    "asked": case.asked.isoformat(),
                    "wanted": case.wanted,
                    "withheld": bool(case.withheld),
                    "age": case.age if math.isfinite(case.age) else None,
                    "text": reply.text,
                    "short": reply.short,
                    "confidence": reply.confidence,
                    "refused": outcome.refused,
                    "right": outcome.right,
                    "would_be_right": outcome.would_be_right,
                    "right_at_once": outcome.right_at_once,
                    "relevance": outcome.relevance,
                    "sources": reply.sources,
                    "hits": reply.hits,
                }


def around_markers(path: Path, begin: str = BEGIN, end: str = END) -> tuple[str, str]:
    """Returns what a document holds before and after the place of a table.

    Raises:
        BylineError: it has not both marker lines, in order.
    """
    before, opened, rest = path.read_text(encoding="utf-8").partition(begin)
    _, closed, after = rest.partition(end)
    if not opened or not closed:
        raise BylineError(f"{path} lacks the lines {begin} and {end}, between which the table is to stand.")
    return before, after


def write_between(path: Path, text: str, begin: str = BEGIN, end: str = END) -> None:
    """Puts a table between its markers in a document."""
    before, after = around_markers(path, begin, end)
    path.write_text(f"{before}{begin}\n\n{text.strip()}\n\n{end}{after}", encoding="utf-8")
