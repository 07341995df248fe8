"""How good the answers are: `python -m benchmarks.quality DATA_DIR`.

DATA_DIR is laid out as docs/quality.md tells. A part whose files are absent is passed over. The table is printed, and
written with its figures as JSON and the risk-coverage curve to --output. Indexes are cached, so that a second run only
asks. The recipe needs the extra "benchmarks"; without it Byline is measured alone.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.quality.byline import Byline
from benchmarks.quality.cases import PARTS, read_part
from benchmarks.quality.figure import risk_coverage_svg
from benchmarks.quality.measures import count_relevant
from benchmarks.quality.recipe import Recipe, default_embeddings
from benchmarks.quality.report import around_markers, curves, details, report, write_between
from benchmarks.quality.scores import DEPTH, Outcome
from bot.bootstrap import quiet_dependencies
from bot.settings import load_settings
from retrieval.errors import BylineError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.quality.cases import Part
    from benchmarks.quality.scores import Found
    from benchmarks.quality.systems import Opened, System

FIGURE = "risk-coverage.svg"
_NEEDED = ("langchain_chroma", "langchain_huggingface", "langchain_text_splitters")
_RANKED = "news"  # the part whose hits are ranked
_TOLD_EVERY = 100  # questions


def main(arguments: Sequence[str] | None = None) -> None:
    given = _parser().parse_args(arguments)
    try:
        measure(given)
    except BylineError as error:
        sys.exit(str(error))


def measure(given: argparse.Namespace) -> None:
    if given.into:
        around_markers(given.into)  # to fail before an hour of work
    settings = load_settings()
    quiet_dependencies(settings)
    cache = given.cache or settings.cache_dir / "quality"
    systems = [Byline(cache, given.mode), *([] if given.no_recipe else _recipe(cache))]
    found = run(given.data, given.parts, systems, given.limit)
    if not found:
        raise BylineError(f"{given.data} has none of {', '.join(given.parts)}; docs/quality.md tells its layout.")
    write(found, systems, given)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, metavar="DATA_DIR")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS), help="only these (default: all)")
    parser.add_argument("--limit", type=int, metavar="N", help="only N rows of each part, evenly spread: a quick look")
    parser.add_argument("--cache", type=Path, help="where indexes are kept (default: in the user's cache)")
    parser.add_argument("--output", type=Path, default=Path("build", "quality"), help="folder for what is written")
    parser.add_argument(
        "--into", type=Path, metavar="FILE", help="also put the table between the markers of this document"
    )
    parser.add_argument(
        "--details", type=Path, metavar="FILE", help="also write what became of each question, as JSON lines"
    )
    parser.add_argument(
        "--mode", choices=["reader", "writer"], default="reader", help="who answers (writer: BYLINE_CHAT_MODEL)"
    )
    parser.add_argument("--no-recipe", action="store_true", help="leave the LangChain recipe out")
    return parser


def _recipe(cache: Path) -> list[System]:
    """The recipe, if its packages are there."""
    if missing := [name for name in _NEEDED if importlib.util.find_spec(name) is None]:
        _say(f"the LangChain recipe is left out: {', '.join(missing)} missing (pip install '.[benchmarks]')")
        return []
    return [Recipe(cache, default_embeddings())]


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def run(directory: Path, names: Sequence[str], systems: Sequence[System], limit: int | None) -> Found:
    """The outcomes by part and system, of the parts that are there."""
    found: Found = {}
    for name in names:
        part = read_part(name, directory, limit)
        if part is None:
            _say(f"{name}: not under {directory}, left out")
            continue
        articles = sum(map(len, part.libraries.values()))
        _say(f"{name}: {len(part.cases):,} questions to {articles:,} articles in {len(part.libraries):,} libraries")
        found[name] = {system.name: outcomes(system, part) for system in systems}
    return found


def outcomes(system: System, part: Part) -> list[Outcome]:
    """Put a part's questions to a system; one that never refuses is spared those whose answer is withheld."""

    def say(line: str) -> None:
        _say(f"{part.name}, {system.name}: {line}")

    cases = [case for case in part.cases if system.threshold is not None or not case.withheld]
    with system.over(part, say) as opened:
        relevant = _relevant(part, opened)
        found = []
        for n, case in enumerate(cases, start=1):
            reply = opened.reply(case)
            shown = reply if system.threshold is None else reply.at(system.threshold)
            found.append(Outcome(case, reply, shown, relevant.get(case.id)))
            if n % _TOLD_EVERY == 0 or n == len(cases):
                say(f"asked {n:,} of {len(cases):,}")
    return found


def _relevant(part: Part, opened: Opened) -> dict[str, int]:
    """How many passages hold the answer, by question, where hits are ranked."""
    asked = [case for case in part.cases if case.answerable] if part.name == _RANKED else []
    counts = count_relevant(opened.passages(), [case.wanted for case in asked], DEPTH) if asked else []
    return {case.id: count for case, count in zip(asked, counts, strict=True)}


def write(found: Found, systems: Sequence[System], given: argparse.Namespace) -> None:
    """Print the table, and write what the options ask for."""
    table, figures = report(found, systems)
    picture = risk_coverage_svg(curves(found, systems[0]), systems[0].threshold or 0.0)
    _write(given.output / "quality.md", table + "\n")
    _write(given.output / "quality.json", json.dumps({"limit": given.limit, **figures}, indent=1) + "\n")
    _write(given.output / FIGURE, picture)
    if given.into:
        write_between(given.into, table)
        _write(given.into.parent / FIGURE, picture)
    if given.details:
        _write(given.details, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in details(found)))
    print(table)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
