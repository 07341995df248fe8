"""Whether memory levels off: asks questions in one chat, or by several askers at once, and tells what grew.

Run as `python -m benchmarks.soak QUESTIONS.jsonl[.gz] --data-dir DIR [--count 2000] [--askers 20] [--trace]`. The rows
have a "question"; they are asked again and again of a library that is there already. Beside the memory of the process
stands what is in use of it: where that stays and the other grows, what was freed is kept in pieces. With --trace,
which makes it three times slower, the lines of Python are shown whose memory grew most after the first third.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import gzip
import itertools
import json
import sys
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from bot.bootstrap import open_session, quiet_dependencies
from bot.settings import load_settings
from retrieval.types import Question, Turn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.serving.session import Session

MEMORY = 20  # turns of a chat
STEP = 50  # questions between two measurements
SHOWN = 15  # lines that grew


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("questions", type=Path)
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--library", default="public")
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--askers", type=int, default=1)
    parser.add_argument("--trace", action="store_true")
    given = parser.parse_args()
    settings = load_settings(data_dir=given.data_dir)
    quiet_dependencies(settings)
    texts = itertools.islice(itertools.cycle(rows(given.questions)), given.count)
    with open_session(settings, "soak", stays=True) as session:
        session.own()
        if given.trace:
            tracemalloc.start(5)
        sizes, grown = asked(session, list(texts), given.library, given.askers)
    third = len(sizes) // 3 or 1
    rate = (sizes[-1] - sizes[-third]) / max(1, (third - 1) * STEP) * 100
    print(f"{sizes[0]:.0f} to {sizes[-1]:.0f} MB; in the last third {rate:+.1f} MB in 100 questions")
    print(*grown, sep="\n")


def rows(path: Path) -> list[str]:
    """Returns the questions of a file."""
    read = gzip.open if path.suffix == ".gz" else open
    with read(path, "rt", encoding="utf-8") as file:
        return [json.loads(line)["question"] for line in file]


def asked(session: Session, texts: list[str], library: str, askers: int) -> tuple[list[float], list[str]]:
    """Asks them all, and returns the memory after every `STEP` questions and what lines grew, if that is traced."""
    sizes, first = [resident()], None

    def chat(own: list[str]) -> Iterator[None]:
        history: tuple[Turn, ...] = ()
        for text in own:
            answer = session.answer(Question(text=text, libraries=(library,), history=history))
            history = (*history, Turn(text, answer))[-MEMORY:]
            yield

    chats = [chat(texts[number::askers]) for number in range(askers)]
    with ThreadPoolExecutor(askers) as pool:
        for done in range(0, len(texts), STEP):
            rounds = -(-min(STEP, len(texts) - done) // askers)
            list(pool.map(lambda one, n=rounds: list(itertools.islice(one, n)), chats))
            sizes.append(resident())
            used = f"{given_out():4.0f} given out, {sys.getallocatedblocks() / 1_000:6.0f} thousand blocks of Python"
            print(f"{done + rounds * askers:6} questions  {sizes[-1]:6.0f} MB; {used}", flush=True)
            if tracemalloc.is_tracing() and first is None and done >= len(texts) // 3:
                gc.collect()
                first = tracemalloc.take_snapshot()
    if first is None:
        return sizes, []
    gc.collect()
    return sizes, [str(line) for line in tracemalloc.take_snapshot().compare_to(first, "lineno")[:SHOWN]]


def resident() -> float:
    """Returns the memory of this process in MB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1_024


class MallocInfo(ctypes.Structure):
    """What glibc's mallinfo2(3) returns."""

    _fields_ = tuple(
        (name, ctypes.c_size_t)
        for name in (
            "arena",
            "ordblks",
            "smblks",
            "hblks",
            "hblkhd",
            "usmblks",
            "fsmblks",
            "uordblks",
            "fordblks",
            "keep",
        )
    )


def given_out() -> float:
    """Returns the MB that malloc has given to the libraries of this process; Python keeps its objects elsewhere."""
    mallinfo2 = ctypes.CDLL(None).mallinfo2
    mallinfo2.restype = MallocInfo
    info = mallinfo2()
    return float(info.uordblks + info.hblkhd) / 1_048_576


if __name__ == "__main__":
    main()
