r"""How well articles are found on web pages: `python -m benchmarks.extraction DIR [--misses]`.

DIR holds pairs: a page NAME.html (or NAME.html.gz), as its server sent it, and NAME.json with what a reader sees there:

    {"url": "https://example.org/2026/03/20/ferry", "title": "Ferry runs again", "byline": "Ida Lund and Bo Aas",
     "published": "2026-03-20", "text": "First paragraph.\n\nSecond paragraph."}

A key that is left out is not counted; null says that the page does not tell. {"refused": true} in their place says that
the page shows no article: a paywall's stub, a list of links, a consent wall. The tests write pages of 49 layouts:
`python -m tests.sources.layouts DIR`; and more than a hundred that tell machines nothing of their authors:
`python -m tests.sources.unmarked DIR`.

- text F1: of the words of both texts, as bags, the harmonic mean of precision and recall; the mean over pages. A page
  that is refused and should not be counts 0.
- title right: the same words in the same order, case and marks apart. byline right: the same names, in any order.
  date right: the same day. Each is the share of the pages whose file tells it.
- refused right: of the pages without an article, how many are refused; and of the others, how many wrongly are.
- milliseconds of one page, at the median and the 95th percentile, on one thread.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import statistics
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retrieval.errors import SourceError
from retrieval.sources.pages import read_html

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from retrieval.types import Article

_WORD = re.compile(r"\w+")
_NAMES = re.compile(r",| and | und | et |;|&")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one page; None for what its file does not tell. `f1` is in 0..1, `seconds` of processor time."""

    name: str
    seconds: float
    refused: str | None
    refused_right: bool | None = None
    f1: float | None = None
    title: bool | None = None
    byline: bool | None = None
    date: bool | None = None
    article: Article | None = None


def outcomes(folder: Path) -> Iterator[Outcome]:
    """Reads every page of a folder and yields what became of it, by name."""
    for file in sorted(folder.rglob("*.json")):
        pages = [file.with_suffix(ending) for ending in (".html", ".html.gz")]
        page = next((page for page in pages if page.exists()), None)
        if page is None:
            continue
        data = gzip.decompress(page.read_bytes()) if page.suffix == ".gz" else page.read_bytes()
        yield outcome(file.stem, data, json.loads(file.read_text(encoding="utf-8")))


def outcome(name: str, data: bytes, expected: Mapping[str, Any]) -> Outcome:
    """Reads one page and compares it with what is expected of it."""
    begun = time.process_time()
    article, refused = None, None
    try:
        article = read_html(data, source=name, url=expected.get("url"))
    except SourceError as error:
        refused = str(error)
    seconds = time.process_time() - begun
    if expected.get("refused"):
        return Outcome(name, seconds, refused, refused_right=refused is not None, article=article)
    found = {key: getattr(article, key, None) for key in ("title", "byline", "published", "text")}
    day = (found["published"] or "")[:10]
    return Outcome(
        name,
        seconds,
        refused,
        f1=f1(found["text"] or "", expected["text"]) if "text" in expected else None,
        title=words(found["title"]) == words(expected["title"]) if "title" in expected else None,
        byline=names(found["byline"]) == names(expected["byline"]) if "byline" in expected else None,
        date=day == (expected["published"] or "")[:10] if "published" in expected else None,
        article=article,
    )


def words(text: str | None) -> list[str]:
    """Returns the words of a text in small letters."""
    return _WORD.findall((text or "").lower())


def names(byline: str | None) -> set[str]:
    """Returns the names of a byline in small letters."""
    return {" ".join(words(name)) for name in _NAMES.split(byline or "") if name.strip()}


def f1(found: str, expected: str) -> float:
    """Returns the F1 of two texts' words, in 0..1."""
    one, two = Counter(words(found)), Counter(words(expected))
    shared = (one & two).total()
    return 2 * shared / (one.total() + two.total()) if shared else float(one == two)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--misses", action="store_true", help="print each page that is not wholly right")
    arguments = parser.parse_args()
    found = list(outcomes(arguments.folder))
    if not found:
        parser.error("the folder holds no pairs of NAME.html and NAME.json")
    told = [one for one in found if one.f1 is not None]
    print(f"pages          {len(found)}")
    print(f"text F1        {statistics.fmean(one.f1 or 0.0 for one in told):.3f}   ({len(told)} pages)")
    for name in ("title", "byline", "date"):
        right = [value for one in found if (value := getattr(one, name)) is not None]
        print(
            f"{name} right{' ' * (9 - len(name))}{sum(right) / max(1, len(right)):.1%}   ({sum(right)} of {len(right)})"
        )
    without = [one.refused_right for one in found if one.refused_right is not None]
    wrongly = sum(one.refused is not None and one.refused_right is None for one in found)
    print(f"refused right  {sum(without)} of {len(without)}, wrongly {wrongly} of {len(found) - len(without)}")
    times = sorted(one.seconds * 1000 for one in found)
    print(f"milliseconds   {statistics.median(times):.0f}, 95th percentile {times[int(0.95 * (len(times) - 1))]:.0f}")
    if arguments.misses:
        print_misses(found)


def print_misses(found: list[Outcome]) -> None:
    """Prints the pages that are not wholly right."""
    for one in found:
        wrong = [name for name in ("title", "byline", "date", "refused_right") if getattr(one, name) is False]
        if wrong or (one.f1 is not None and one.f1 < 1):
            article = one.article
            shown = (article.title, article.byline, article.published) if article else one.refused
            print(f"\n{one.name}: F1 {one.f1}; wrong: {', '.join(wrong) or 'words'}\n    {shown}")


if __name__ == "__main__":
    main()
