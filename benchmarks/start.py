"""What a start costs: whole processes, Byline beside the plain LangChain recipe, run in turns on this machine.

    python -m benchmarks.start [--runs 5]

The recipe opens a Chroma directory made beforehand, with HuggingFaceEmbeddings over the same weights, and answers one
similarity search. Wall time is taken around the process; processor time and the peak of resident memory are the
kernel's (wait4), the former with all child processes, the latter of the largest one. Medians of the runs. Preparing the
model and indexing count only in the row that says so.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.models.files import packaged_folder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).resolve().parents[1]
SEEDS = ROOT / "seeds"
QUESTION = "What did Blinken say?"
ASK = (sys.executable, "-m", "bot", "ask", QUESTION)
HELP = (sys.executable, "-m", "bot", "--help")
RECIPE = (sys.executable, "-m", "benchmarks.start", "--recipe")
_MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024  # bytes


@dataclass(frozen=True)
class Cost:
    """Seconds of wall and processor time, and the peak of resident memory in MB (10**6 bytes)."""

    wall: float
    cpu: float
    memory: float


def measure(command: Sequence[str], environment: Mapping[str, str], fine: Sequence[int] = (0,)) -> tuple[Cost, str]:
    """Runs a command to its end; returns its cost and what it printed. One that fails ends the benchmark with that.

    Python may keep the bytecode that it makes, as it does where nobody forbids it.
    """
    with tempfile.TemporaryFile() as output:
        begin = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={name: value for name, value in environment.items() if name != "PYTHONDONTWRITEBYTECODE"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        said = output.read().decode(errors="replace")
        if process.returncode not in fine:
            sys.exit(f"{' '.join(command)} ended with {process.returncode}:\n{said}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * _MAXRSS_UNIT / 1e6), said


def median(costs: Sequence[Cost]) -> Cost:
    return Cost(*(statistics.median(getattr(cost, name) for cost in costs) for name in ("wall", "cpu", "memory")))


def recipe(directory: Path) -> None:
    """LangChain's usual way from a stored index to the nearest chunks; its imports are part of what it costs."""
    from langchain_chroma import Chroma
    from langchain_huggingface import HuggingFaceEmbeddings

    embeddings = HuggingFaceEmbeddings(model_name=str(packaged_folder()))
    store = Chroma(persist_directory=str(directory), embedding_function=embeddings)
    found = store.similarity_search(QUESTION, k=4)
    if not found:
        sys.exit("the recipe found nothing")
    print(found[0].page_content)


def index_for_recipe(directory: Path) -> None:
    from langchain_chroma import Chroma
    from langchain_huggingface import HuggingFaceEmbeddings
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    articles = [file.read_text(encoding="utf-8") for file in sorted(SEEDS.glob("*.txt"))]
    chunks = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200).create_documents(articles)
    embeddings = HuggingFaceEmbeddings(model_name=str(packaged_folder()))
    Chroma.from_documents(chunks, embeddings, persist_directory=str(directory))


def run(runs: int, scratch: Path) -> tuple[Cost, dict[str, Cost]]:
    """The cost of the first use of all, and then of each command by its label."""
    environment = os.environ | {
        "BYLINE_DATA_DIR": str(scratch / "data"),
        "BYLINE_CACHE_DIR": str(scratch / "cache"),
        "ANONYMIZED_TELEMETRY": "False",
        "HF_HUB_OFFLINE": "1",
    }
    first, _ = measure(ASK, environment)
    index = scratch / "chroma"
    measure((*RECIPE, str(index), "--index"), environment)
    commands = {"`byline --help`": HELP, "`byline ask`": ASK, "LangChain recipe": (*RECIPE, str(index))}
    costs: dict[str, list[Cost]] = {label: [] for label in commands}
    for _ in range(runs):
        for label, arguments in commands.items():
            costs[label].append(measure(arguments, environment)[0])
    return first, {label: median(some) for label, some in costs.items()}


TARGETS = {"`byline --help`": "0.4 s", "`byline ask`": "2 s, 350 MB"}


def table(first: Cost, costs: dict[str, Cost]) -> str:
    """Markdown. The ratios are those of the recipe's cost to the row's: above 1, the row is cheaper."""
    base = costs["LangChain recipe"]
    rows = {**costs, "`byline ask`, first of all: exports the model and indexes": first}
    lines = [
        "| | wall | processor | peak memory | recipe ÷ this: wall | memory | target |",
        "|---|--:|--:|--:|--:|--:|---|",
    ]
    for label, cost in rows.items():
        lines.append(
            f"| {label} | {cost.wall:.2f} s | {cost.cpu:.2f} s | {cost.memory:.0f} MB "
            f"| {base.wall / cost.wall:.1f} | {base.memory / cost.memory:.1f} | {TARGETS.get(label, '')} |"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure what a start costs, beside the plain LangChain recipe.")
    parser.add_argument("--runs", type=int, default=5, help="of each command, in turns (default: 5)")
    parser.add_argument("--recipe", type=Path, metavar="DIR", help="only run the recipe over this Chroma directory")
    parser.add_argument("--index", action="store_true", help="with --recipe: make the directory")
    given = parser.parse_args()
    if given.recipe is not None:
        (index_for_recipe if given.index else recipe)(given.recipe)
        return
    with tempfile.TemporaryDirectory() as scratch:
        print(table(*run(max(1, given.runs), Path(scratch))))


if __name__ == "__main__":
    main()
