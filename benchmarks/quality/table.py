"""The measures of all systems side by side, against the targets: as Markdown and as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from retrieval.errors import BylineError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from benchmarks.quality.scores import Score, Scores

CALIBRATION = "calibration"
CALIBRATION_ERROR = "expected calibration error"
TITLES = {
    "reader": "reader (SQuAD 2.0)",
    "news": "news (RealTimeQA)",
    "refusal": "refusal (RGB)",
    "recency": "recency (EvoTempQA)",
    "conflict": "conflict (NewsPollutedQA)",
    CALIBRATION: "calibration",
}
TARGETS = {  # (floor, goal), in percent but for the calibration error
    ("reader", "F1"): (65.0, 76.0),
    ("reader", "F1, answerable"): (60.0, None),
    ("reader", "refused, unanswerable"): (62.0, None),
    ("news", "answer contained"): (56.0, 69.9),
    ("news", "short span, exact match"): (32.0, 54.7),
    ("news", "hits@1"): (58.0, 68.0),
    ("news", "hits@10"): (88.0, 94.0),
    ("news", "answering articles withheld: refused"): (60.0, 85.0),
    ("refusal", "only negatives: refused"): (75.0, 92.0),
    ("refusal", "with positives: right"): (68.0, 88.0),
    (CALIBRATION, CALIBRATION_ERROR): (0.08, 0.05),
}
BEGIN, END = "<!-- quality: made by benchmarks.quality -->", "<!-- /quality -->"


@dataclass(frozen=True, slots=True)
class Row:
    """A measure of a part. `values` are those of the systems in the order of the columns, None where not measured."""

    part: str
    measure: str
    questions: int
    values: tuple[float | None, ...]
    floor: float | None = None
    goal: float | None = None

    @property
    def reached(self) -> str:
        """How the first system stands to its targets."""
        value = self.values[0]
        if self.floor is None or value is None:
            return ""
        if self.goal is not None and _reaches(self.part, value, self.goal):
            return "goal"
        return "floor" if _reaches(self.part, value, self.floor) else "below"


def _reaches(part: str, value: float, target: float) -> bool:
    return value <= target if part == CALIBRATION else round(100 * value, 6) >= target


def rows_of(part: str, columns: Sequence[Scores]) -> list[Row]:
    """One for each measure of the first system."""
    return [
        Row(part, measure, score.of, tuple(_value(scores.get(measure)) for scores in columns), *_targets(part, measure))
        for measure, score in columns[0].items()
    ]


def _value(score: Score | None) -> float | None:
    return score.value if score else None


def _targets(part: str, measure: str) -> tuple[float | None, float | None]:
    return TARGETS.get((part, measure), (None, None))


def markdown(rows: Iterable[Row], systems: Sequence[str]) -> str:
    lines = [
        f"| part | measure | questions | {' | '.join(systems)} | floor | goal | reached |",
        f"|---|---|--:|{'--:|' * len(systems)}--:|--:|---|",
    ]
    last = ""
    for row in rows:
        part, last = ("" if row.part == last else TITLES[row.part]), row.part
        cells = [
            part,
            row.measure,
            f"{row.questions:,}",
            *(_shown(row.part, value, 100) for value in row.values),
            *(_shown(row.part, target, 1) for target in (row.floor, row.goal)),
            row.reached,
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _shown(part: str, value: float | None, factor: int) -> str:
    """Percent, but for the calibration error, which is given as it is."""
    if value is None:
        return ""
    return f"{value:.3f}" if part == CALIBRATION else f"{value * factor:.1f}"


def as_json(rows: Iterable[Row], systems: Sequence[str], about: Mapping[str, Any]) -> dict[str, Any]:
    return {**about, "rows": [_as_json(row, systems) for row in rows]}


def _as_json(row: Row, systems: Sequence[str]) -> dict[str, Any]:
    return asdict(row) | {"values": dict(zip(systems, row.values, strict=True)), "reached": row.reached}


def around_markers(path: Path, begin: str = BEGIN, end: str = END) -> tuple[str, str]:
    """What a document holds before and after the place of the table.

    Raises:
        BylineError: it has not both marker lines, in order.
    """
    before, opened, rest = path.read_text(encoding="utf-8").partition(begin)
    _, closed, after = rest.partition(end)
    if not opened or not closed:
        raise BylineError(f"{path} lacks the lines {begin} and {end}, between which the table is to stand.")
    return before, after


def write_between(path: Path, text: str, begin: str = BEGIN, end: str = END) -> None:
    before, after = around_markers(path, begin, end)
    path.write_text(f"{before}{begin}\n\n{text.strip()}\n\n{end}{after}", encoding="utf-8")
