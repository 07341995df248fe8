"""What is written of the outcomes: the table, its figures, the picture, and each question's fate. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.quality.figure import risk_coverage_svg
from benchmarks.quality.scores import CALIBRATED, REFUSING_ONLY, SCORED_BY, calibration, curve
from benchmarks.quality.table import CALIBRATION, CALIBRATION_ERROR, as_json, markdown, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.quality.measures import Curve
    from benchmarks.quality.scores import Found, Outcome, Scores
    from benchmarks.quality.systems import System
    from benchmarks.quality.table import Row


def report(found: Found, systems: Sequence[System]) -> tuple[str, dict[str, Any]]:
    """The table as Markdown and as JSON. The first system is the one that the targets are for."""
    rows, names = table_rows(found, systems), [system.name for system in systems]
    about = {"threshold": systems[0].threshold, "risk_coverage": curves(found, systems[0])}
    return markdown(rows, names), as_json(rows, names, about)


def figure(found: Found, system: System) -> str:
    return risk_coverage_svg(curves(found, system), system.threshold or 0.0)


def curves(found: Found, system: System) -> dict[str, Curve]:
    return {part: curve(found[part][system.name]) for part in CALIBRATED if part in found}


def table_rows(found: Found, systems: Sequence[System]) -> list[Row]:
    rows = []
    for part, by_system in found.items():
        columns = [_scores(part, system, by_system[system.name]) for system in systems]
        rows += rows_of(part, columns)
    others: list[Scores] = [{} for _ in systems[1:]]  # have no confidence
    return [*rows, *rows_of(CALIBRATION, [_calibrations(found, systems[0]), *others])]


def _scores(part: str, system: System, results: Sequence[Outcome]) -> Scores:
    scores = SCORED_BY[part](results)
    return {name: score for name, score in scores.items() if system.threshold is not None or name not in REFUSING_ONLY}


def _calibrations(found: Found, system: System) -> Scores:
    parts = {part: found[part][system.name] for part in CALIBRATED if part in found}
    together = calibration([outcome for results in parts.values() for outcome in results])
    return {CALIBRATION_ERROR: together} | {f"{part} alone": calibration(results) for part, results in parts.items()}


def details(found: Found) -> Iterator[dict[str, Any]]:
    """What became of each question, for the analysis of errors."""
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
                    "text": reply.text,
                    "short": reply.short,
                    "confidence": reply.confidence,
                    "refused": outcome.refused,
                    "right": outcome.right,
                    "would_be_right": outcome.would_be_right,
                    "relevance": outcome.relevance,
                    "sources": reply.sources,
                    "hits": reply.hits,
                }
