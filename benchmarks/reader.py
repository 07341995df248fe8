"""How long the shipped model reads: `python -m benchmarks.reader`.

Eight windows of 180 tokens, as many threads as cores, the median of many runs after a first one that warms up. Other
work on the machine counts too, so the best run is shown beside it.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from retrieval.models.onnx import usable_threads
from retrieval.models.span_model import load_span_model

WINDOWS, TOKENS, RUNS = 8, 180, 40
QUESTION = "Who opened the bridge, and when?"
SENTENCE = "Karin Falk opened the old bridge on Friday, while Per Dahl and some of the sailors watched from the quay. "


def main() -> None:
    model = load_span_model(cache_dir=Path(tempfile.gettempdir()))
    text = SENTENCE
    while len(model.read(QUESTION, [text])[0][0].offsets) < TOKENS:
        text += " quay"
    windows = [f"{text} {n}" for n in range(WINDOWS)]
    model.read(QUESTION, windows)
    taken = []
    for _ in range(RUNS):
        started = time.perf_counter()
        model.read(QUESTION, windows)
        taken.append(1000 * (time.perf_counter() - started))
    print(f"{model.describe}, {usable_threads()} threads")
    print(f"{WINDOWS} windows of {TOKENS} tokens: median {statistics.median(taken):.0f} ms, best {min(taken):.0f} ms")


if __name__ == "__main__":
    main()
