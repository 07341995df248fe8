"""The risk-coverage curve as SVG: how much may be answered, and how much of that is wrong. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.quality.measures import Curve

WIDTH, HEIGHT = 640, 400
LEFT, RIGHT, TOP, BOTTOM = 64, 616, 40, 344
COLOURS = ("#1f5fa8", "#b3431e", "#2e7d4f")
INK, LINES = "#333333", "#dddddd"
_LEAST = 0.03  # of the questions: the share wrong of a handful of answers jumps about
_TICKS = range(0, 101, 20)  # percent


def risk_coverage_svg(curves: Mapping[str, Curve], threshold: float) -> str:
    """Curves by name; a dot marks the threshold. They begin at 3 % answered."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        f'<g font-family="sans-serif" font-size="13" fill="{INK}">',
        "<title>Risk and coverage of Byline's answers</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        *_axes(),
    ]
    for n, (name, points) in enumerate(curves.items()):
        parts += _curve(name, points, threshold, COLOURS[n % len(COLOURS)], n)
    return "\n".join([*parts, "</g>", "</svg>", ""])


def _axes() -> list[str]:
    found = []
    for percent in _TICKS:
        x, y = _at(percent / 100, percent / 100)
        found += [
            f'<path d="M{x} {TOP}V{BOTTOM}M{LEFT} {y}H{RIGHT}" stroke="{LINES}"/>',
            _text(x, BOTTOM + 20, f"{percent} %", "middle"),
            _text(LEFT - 8, y + 4, f"{percent} %", "end"),
        ]
    return [
        *found,
        _text((LEFT + RIGHT) / 2, BOTTOM + 44, "coverage: share of the questions that are answered", "middle"),
        _text(LEFT - 48, TOP - 16, "risk: share of the answers that are wrong", "start"),
    ]


def _curve(name: str, points: Curve, threshold: float, colour: str, n: int) -> list[str]:
    if not points:
        return []
    line = " ".join("{},{}".format(*_at(coverage, risk)) for _, coverage, risk in points if coverage >= _LEAST)
    y = TOP + 16 + 20 * n
    found = [
        f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>',
        f'<path d="M{LEFT + 12} {y}h24" stroke="{colour}" stroke-width="2"/>',
    ]
    label = name
    shown = [point for point in points if point[0] >= threshold]
    if shown:
        _, coverage, risk = shown[-1]
        x_dot, y_dot = _at(coverage, risk)
        found.append(f'<circle cx="{x_dot}" cy="{y_dot}" r="5" fill="{colour}"/>')
        label = f"{name}: {coverage:.0%} answered, {risk:.0%} of them wrong at the shipped threshold"
    return [*found, _text(LEFT + 44, y + 4, label, "start")]


def _at(coverage: float, risk: float) -> tuple[float, float]:
    """Where a point stands, in the units of the picture."""
    return round(LEFT + coverage * (RIGHT - LEFT), 1), round(BOTTOM - risk * (BOTTOM - TOP), 1)


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}">{escape(text)}</text>'
