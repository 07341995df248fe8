"""Byline's speed beside that of other libraries, in turn: `python -m benchmarks.speed DATA_DIR [--peers ENVIRONMENT]`.

DATA_DIR holds news/articles.jsonl[.gz] and natural/, as docs/quality.md tells. All embed the same passages, those of
Byline, with the same model; Byline cuts them itself, and also finds quotations and repeats, which is counted. Each step
of each system is a process of its own, and the systems take turns at each step, so that a machine that is busy is so
for all of them. Processor time is that of all threads; compare that where the machine is shared. Medians of the runs.

The peers are in an environment of their own, made once:

    python -m venv build/peers && build/peers/bin/pip install torch==2.13.0 && build/peers/bin/pip install -e ".[peers]"

What is not installed there is left out.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.quality.cases import news_articles
from benchmarks.quality.report import around_markers, write_between
from benchmarks.rows import data_file, read_rows
from benchmarks.speed.byline import NAME
from benchmarks.start import measure
from bot.bootstrap import options_of, quiet_dependencies
from bot.command import NOT_SAID
from bot.settings import load_settings
from retrieval.errors import BylineError
from retrieval.index.passages import embedded_text, passages
from retrieval.models.files import packaged_folder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from retrieval.types import Article, Encoder

    Measures = Mapping[str, float]

PEERS = {  # and what each has to find
    "LangChain": "langchain_chroma, langchain_huggingface",
    "LlamaIndex": "llama_index.core, llama_index.embeddings.huggingface",
    "Haystack": "haystack_integrations.document_stores.chroma, haystack_integrations.components.embedders",
    "txtai": "txtai, faiss",
}
STEPS = ("index", "cold", "warm")
MARKERS = "<!-- speed: made by benchmarks.speed -->", "<!-- /speed -->"
OFFLINE = {"ANONYMIZED_TELEMETRY": "False", "HAYSTACK_TELEMETRY_ENABLED": "False", "HF_HUB_OFFLINE": "1"}
THREADS = ("BYLINE_THREADS", "OMP_NUM_THREADS")
_MOST_QUESTIONS, _MOST_CONVERSATIONS = 30, 5


# What is indexed and asked


def write_work(data: Path, work: Path, most: int, encoder: Encoder) -> dict[str, int]:
    """Writes articles of `most` passages or a few more, and what is asked of them; returns how much that is."""
    first = data_file(data, "natural/articles.txt").read_text(encoding="utf-8").split()
    order = {id_: place for place, id_ in enumerate(first)}
    articles = news_articles(data_file(data, "news/articles.jsonl"))
    chosen, texts = [], list[str]()
    for article in sorted(articles, key=lambda article: order.get(article.id, len(order))):
        if len(texts) >= most:
            break
        chosen.append(article)
        texts += [embedded_text(article, each) for each in passages(article, encoder.count_tokens, encoder.window)]
    rows = read_rows(data_file(data, "natural/questions.jsonl"))
    conversations = defaultdict(list)
    for row in rows:
        conversations[row["conversation"]].append(row["question"])
    alone = [turns[0] for turns in conversations.values()][:_MOST_QUESTIONS]
    longer = [turns for turns in conversations.values() if len(turns) > 1][:_MOST_CONVERSATIONS]
    (work / "articles.jsonl").write_text(_lines(chosen), encoding="utf-8")
    for name, content in (("passages", texts), ("questions", alone), ("conversations", longer)):
        (work / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    return {
        "articles": len(chosen),
        "passages": len(texts),
        "characters": sum(len(article.text) for article in chosen),
        "tokens": sum(encoder.count_tokens(texts)),
    }


def _lines(articles: Sequence[Article]) -> str:
    return "".join(
        json.dumps({k: v for k, v in asdict(article).items() if v is not None}) + "\n" for article in articles
    )


# Measuring


def run(
    work: Path, systems: Sequence[str], python: Path, runs: int, threads: dict[str, str]
) -> dict[str, dict[str, float]]:
    """Returns the medians of each system's measures, by their names."""
    found: dict[str, defaultdict[str, list[float]]] = {name: defaultdict(list) for name in systems}
    for number in range(1, runs + 1):
        for name in systems:
            shutil.rmtree(work / name, ignore_errors=True)
        for step in STEPS:
            for name in systems:
                print(f"run {number} of {runs}: {step}, {name}", file=sys.stderr, flush=True)
                for measure_name, value in measured(name, step, work, python, threads).items():
                    found[name][measure_name].append(value)
    return {
        name: {each: statistics.median(values) for each, values in measures.items()} for name, measures in found.items()
    }


def measured(name: str, step: str, work: Path, python: Path, threads: dict[str, str]) -> dict[str, float]:
    """Runs a step of a system in a process of its own; returns what that measures, and what the whole process costs."""
    if name != NAME:
        script = Path(__file__).with_name("peers.py")
        command = [str(python), str(script), name, step, str(work), str(packaged_folder())]
    elif step == "cold":
        command = [sys.executable, "-m", "bot", "ask", json.loads((work / "questions.json").read_bytes())[0]]
    else:
        command = [sys.executable, "-m", "benchmarks.speed.byline", step, str(work)]
    environment = os.environ | OFFLINE | threads | {"BYLINE_DATA_DIR": str(work / NAME)}
    cost, output = measure(command, environment, fine=(0, NOT_SAID))
    measures = {f"{step} process {what}": value for what, value in asdict(cost).items()}
    if step == "index":
        measures["disk"] = sum(file.stat().st_size for file in (work / name).rglob("*") if file.is_file()) / 1e6
    is_told = step != "cold" or name != NAME
    return measures | (json.loads(output.strip().splitlines()[-1]) if is_told else {})


def installed(python: Path) -> tuple[list[str], list[str]]:
    """Returns the names of the peers that an environment has, and of those that it lacks."""
    have: list[str] = []
    for name, modules in PEERS.items():
        command = [str(python), "-c", f"import {modules}"]
        if python.exists() and subprocess.run(command, capture_output=True, check=False).returncode == 0:
            have.append(name)
    return have, [name for name in PEERS if name not in have]


# Telling


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: a measure, how it is written, and the ratio to Byline's that is asked for."""

    label: str
    measure: str
    form: str = "{:.1f}"
    targets: tuple[str, str] = ("", "")


ROWS = (
    Row("index, processor ms", "index cpu p50", "{:,.0f}", ("2 x", "2.5 x")),
    Row("the same, wall ms", "index wall p50", "{:,.0f}"),
    Row("disk, MB", "disk"),
    Row("cold start to first answer, processor s", "cold process cpu", "{:.2f}", ("5 x", "6 x")),
    Row("the same, wall s", "cold process wall", "{:.2f}"),
    Row("the same, peak memory, MB", "cold process memory", "{:.0f}", ("2.2 x", "3 x")),
    Row("peak memory of indexing, MB", "index process memory", "{:.0f}"),
    Row("warm search, processor ms, median", "search cpu p50", "{:.1f}", ("2 x", "4 x")),
    Row("the same, 95th percentile", "search cpu p95"),
    Row("the same, wall ms, median", "search wall p50"),
    Row("the same, 95th percentile", "search wall p95"),
    Row("whole answer, processor ms, median", "answer cpu p50", "{:.0f}"),
    Row("the same, 95th percentile", "answer cpu p95", "{:.0f}"),
    Row("the same, wall ms, median", "answer wall p50", "{:.0f}"),
    Row("follow-up, processor ms, median", "follow-up cpu p50", "{:.0f}"),
    Row("the same, wall ms, median", "follow-up wall p50", "{:.0f}"),
)


def table(found: Mapping[str, Measures], size: Mapping[str, int]) -> str:
    """Returns the measures as Markdown, each with how many times Byline's the best of the peers' is."""
    peers = [name for name in found if name != NAME]
    told = "{articles:,} articles of {characters:,} characters, {passages:,} passages of {tokens:,} tokens. Medians."
    lines = [
        told.format(**size),
        "",
        f"| | {' | '.join(found)} | best peer ÷ Byline | floor | goal |",
        f"|---|{'--:|' * (len(found) + 1)}---|---|",
    ]
    for row in ROWS:
        values = [found[name].get(row.measure) for name in found]
        cells = ["" if value is None else row.form.format(value) for value in values]
        theirs = [found[name][row.measure] for name in peers if row.measure in found[name]]
        ratio = f"{min(theirs) / found[NAME][row.measure]:.1f}" if theirs else ""
        lines.append(f"| {row.label} | {' | '.join(cells)} | {ratio} | {' | '.join(row.targets)} |")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    given = _parser().parse_args(arguments)
    try:
        report = compare(given)
    except BylineError as error:
        sys.exit(str(error))
    if given.into:
        write_between(given.into, report, *MARKERS)
    print(report)


def compare(given: argparse.Namespace) -> str:
    if given.into:
        around_markers(given.into, *MARKERS)  # to fail before the work
    settings = load_settings()
    quiet_dependencies(settings)
    python = given.peers / "bin" / "python"
    have, lacking = installed(python)
    if lacking:
        print(f"Left out, since {given.peers} has not what they need: {', '.join(lacking)}.", file=sys.stderr)
    with tempfile.TemporaryDirectory() as scratch:
        work = Path(scratch)
        encoder = options_of(settings).load_encoder(lambda line: print(line, file=sys.stderr))
        size = write_work(given.data, work, given.passages, encoder)
        threads = dict.fromkeys(THREADS, str(given.threads)) if given.threads else {}
        return table(run(work, [NAME, *have], python.absolute(), given.runs, threads), size)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, metavar="DATA_DIR")
    parser.add_argument("--peers", type=Path, default=Path("build", "peers"), help="their environment (build/peers)")
    parser.add_argument("--passages", type=int, default=1_000, help="about how many are indexed (default: 1,000)")
    parser.add_argument("--runs", type=int, default=3, help="of all steps of all systems, in turns (default: 3)")
    parser.add_argument(
        "--threads", type=int, help="of each system's model (default: its own choice); torch's wait busily"
    )
    parser.add_argument("--into", type=Path, metavar="FILE", help="also put the table between this document's markers")
    return parser


if __name__ == "__main__":
    main()
