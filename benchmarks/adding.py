"""What a question costs while articles come in: `python -m benchmarks.adding ARTICLES.jsonl[.gz] QUESTIONS.jsonl[.gz]`.

A new library gets half of the articles. Questions are then asked of it, one after another, as long as nothing is added;
and again while the keeper, as in the bot, indexes the other half at full speed, until that is done. Printed are the
median and the 95th percentile of the seconds that an answer took, of both, and how many articles a second were added,
beside how many it were of the first half, when nobody asked. The rows are those of `byline add`, and have a "question".
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING

from benchmarks.rows import read_rows
from bot.bootstrap import open_session, quiet_dependencies
from bot.settings import load_settings
from retrieval.sources.files import read_sources
from retrieval.types import Article, Question

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.serving.session import Session

LIBRARY = "news"
MAX_BYTES = 10_000_000  # of a row
WARM = 5  # questions that load what only answering needs
PAUSE = 0.1  # seconds between looks at whether all is indexed
MOST = 2.0  # times that the 95th percentile may be of what it is otherwise


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("articles", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--count", type=int, default=200, help="of articles")
    parser.add_argument("--asked", type=int, default=60, help="questions while nothing is added")
    given = parser.parse_args()
    read = read_sources([str(given.articles)], max_bytes=MAX_BYTES)
    articles = list(itertools.islice((one for one in read if isinstance(one, Article)), given.count))
    texts = itertools.cycle(row["question"] for row in read_rows(given.questions))
    half = len(articles) // 2
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(data_dir=Path(folder))
        quiet_dependencies(settings)
        with open_session(settings, "adding", stays=True) as session:
            session.own()
            begun = time.perf_counter()
            session.stage(LIBRARY, articles[:half], _fail)
            while session.waiting:
                time.sleep(PAUSE)
            alone = half / (time.perf_counter() - begun)
            for _ in range(WARM):
                seconds(session, next(texts))
            still = [seconds(session, next(texts)) for _ in range(given.asked)]
            begun = time.perf_counter()
            session.stage(LIBRARY, articles[half:], _fail)
            busy = [seconds(session, next(texts)) for _ in iter(lambda: session.waiting, 0)]
            meanwhile = (len(articles) - half) / (time.perf_counter() - begun)
    for what, taken in (("nothing is added", still), ("articles come in", busy)):
        print(f"{what}: {len(taken):4} questions, median {median(taken):.2f} s, 95 % below {percentile(taken):.2f} s")
    print(f"the 95th percentile is {percentile(busy) / percentile(still):.2f} times as high, and may be {MOST}")
    print(f"{meanwhile:.2f} articles a second, {alone:.2f} when nobody asks")


def seconds(session: Session, text: str) -> float:
    """Returns how long the answer to a question takes."""
    begun = time.perf_counter()
    session.answer(Question(text=text, libraries=(LIBRARY,)))
    return time.perf_counter() - begun


def percentile(taken: Sequence[float]) -> float:
    """Returns the 95th percentile."""
    return quantiles(taken, n=20, method="inclusive")[-1]


def _fail(error: Exception) -> None:
    raise error


if __name__ == "__main__":
    main()
