"""How well articles that carry one text are found, and what that costs: `python -m benchmarks.stories DATA_DIR`.

All articles of DATA_DIR/news go into one new library, as when they are added, but for the indexes of passages.

- pairs: of articles that were put into one cluster, and how many of these an inspection found to carry one text
  (benchmarks/data/text_pairs.jsonl has the verdicts on 100 pairs, those that were put into one cluster and those that
  share most beside them, by the ids of the articles; `--pairs` prints what is not judged).
- recall: 200 texts edited as desks edit them, cut from the end, with a paragraph of another report put in, all with
  another headline: the share that joins the cluster of its original, by edit.
- milliseconds of the processor that one more article costs in a library of 100,000, whose sketches are made of numbers
  by chance, of which some stand in many articles, as the furniture of a site does.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from statistics import fmean, quantiles
from typing import TYPE_CHECKING

import sqlalchemy as sa

from benchmarks.rows import read_rows
from retrieval.store.articles import Articles, open_engine
from retrieval.store.database import batched, writing
from retrieval.store.tables import articles as table
from retrieval.store.tables import sketches
from retrieval.stories.copies import SKETCH, index_clusters
from retrieval.types import Article

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

LIBRARY = "news"
EDITED = 200
LARGE = 100_000
ADDED = 300
_JUDGED = Path(__file__).parent / "data" / "text_pairs.jsonl"
_SHORTEST = 1_200  # characters of a text that is edited
_LONGEST_PUT_IN = 600  # characters
_KEPT = (0.35, 0.8)  # of a text that is cut
_FURNITURE, _OF_FURNITURE = 2_000, 4  # numbers that many sketches have; how many of them each
_TEXT = 1_500  # characters of the articles that make the large library
_BITS = 31


@dataclass(frozen=True, slots=True)
class Edited:
    """A text as a desk edited it, with the id of its original and how it was edited."""

    article: Article
    original: str
    edit: str


def add(articles: Articles, new: Iterable[Article]) -> list[float]:
    """Adds articles as the owner of the indexes does, but for these; returns the processor's milliseconds of each."""
    spent = []
    for some in batched(new, 8):
        articles.stage(LIBRARY, some)
        pending = articles.pending(len(some))
        started = time.process_time()
        index_clusters(articles.engine, pending)
        spent += [(time.process_time() - started) * 1000 / len(some)] * len(some)
        articles.publish(pending)
    return spent


def clusters(articles: Articles) -> dict[str, int]:
    """Returns the cluster of each article by its id."""
    query = sa.select(table.c.id, table.c.cluster).where(table.c.state == "ready")
    with articles.engine.connect() as connection:
        return {row.id: row.cluster for row in connection.execute(query)}


def pairs(found: dict[str, int]) -> list[tuple[str, str]]:
    """Returns all two articles that are in one cluster."""
    members: dict[int, list[str]] = defaultdict(list)
    for article_id, cluster in found.items():
        members[cluster].append(article_id)
    return [pair for ids in members.values() for pair in combinations(sorted(ids), 2)]


def edited(originals: Sequence[Article], number: int, chance: random.Random) -> list[Edited]:
    """Returns texts edited in each of the ways in turn, each with the headline of what its second sentence says."""
    long = [article for article in originals if len(article.text) >= _SHORTEST and article.text.count("\n") > 1]
    edits: dict[str, Callable[[list[str]], list[str]]] = {
        "headline alone": lambda paragraphs: paragraphs,
        "cut from the end": lambda paragraphs: _cut(paragraphs, chance),
        "paragraph put in": lambda paragraphs: _put_in(paragraphs, long, chance),
        "cut, paragraph put in": lambda paragraphs: _put_in(_cut(paragraphs, chance), long, chance),
    }
    made = []
    for at, original in enumerate(chance.sample(long, number)):
        name = list(edits)[at % len(edits)]
        paragraphs = edits[name]([line for line in original.text.split("\n") if line.strip()])
        headline = " ".join(original.text.split()[8:18])
        changed = replace(original, id=f"edited {at}", title=headline, text="\n".join(paragraphs), url=None)
        made.append(Edited(changed, original.id, name))
    return made


def _cut(paragraphs: list[str], chance: random.Random) -> list[str]:
    wanted, kept = sum(map(len, paragraphs)) * chance.uniform(*_KEPT), [paragraphs[0]]
    for paragraph in paragraphs[1:]:
        if sum(map(len, kept)) + len(paragraph) > wanted:
            break
        kept.append(paragraph)
    return kept


def _put_in(paragraphs: list[str], others: Sequence[Article], chance: random.Random) -> list[str]:
    lines = chance.choice(others).text.split("\n")
    other = max((line for line in lines if len(line) <= _LONGEST_PUT_IN), key=len, default="")
    at = chance.randint(1, len(paragraphs))
    return [*paragraphs[:at], other, *paragraphs[at:]]


def fill(articles: Articles, texts: Sequence[str], number: int, chance: random.Random) -> None:
    """Writes articles straight into the table, each with numbers as a sketch has, some of which many have."""
    furniture = [chance.getrandbits(_BITS) for _ in range(_FURNITURE)]
    for keys in batched(range(1, number + 1), 5_000):
        rows = [
            {
                "key": key,
                "library": LIBRARY,
                "id": f"filler {key}",
                "state": "ready",
                "digest": "",
                "added": "",
                "revision": 1,
                "title": "Filler",
                "text": chance.choice(texts)[:_TEXT],
                "cluster": key,
                "clustered": 1,
                "quoted": 0,
                "attempts": 0,
            }
            for key in keys
        ]
        hashes = [
            {"hash": one, "key": key}
            for key in keys
            for one in {
                *chance.sample(furniture, _OF_FURNITURE),
                *(chance.getrandbits(_BITS) for _ in range(SKETCH - _OF_FURNITURE)),
            }
        ]
        with writing(articles.engine).begin() as connection:
            connection.execute(table.insert(), rows)
            connection.execute(sketches.insert(), hashes)


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="the folder that has news/articles.jsonl.gz")
    parser.add_argument("--pairs", action="store_true", help="print the pairs that nobody has judged")
    parser.add_argument("--large", type=int, default=LARGE, help="articles of the large library (0: leave it out)")
    arguments = parser.parse_args()
    chance = random.Random(1)  # noqa: S311  (the same edits each time)
    rows = read_rows(arguments.data / "news" / "articles.jsonl.gz")
    news = [Article(row["id"], row["title"], row["text"], published=row["published"], url=row["url"]) for row in rows]
    with tempfile.TemporaryDirectory() as folder:
        articles = Articles(open_engine(Path(folder)))
        spent = add(articles, news)
        found = clusters(articles)
        together = pairs(found)
        print(f"{len(news):,} articles, {fmean(spent):.1f} ms each: {len(set(found.values())):,} texts")
        _print_pairs(together, {article.id: article for article in news} if arguments.pairs else {})
        tried = edited(news, EDITED, chance)
        add(articles, [one.article for one in tried])
        _print_recall(tried, clusters(articles))
        articles.close()
    if arguments.large:
        with tempfile.TemporaryDirectory() as folder:
            articles = Articles(open_engine(Path(folder)))
            fill(articles, [article.text for article in news], arguments.large, chance)
            spent = add(articles, news[:ADDED])
            p95 = quantiles(spent, n=20)[-1]
            print(f"one more in {arguments.large:,} articles: {fmean(spent):.1f} ms, 95 % below {p95:.1f} ms")
            articles.close()


def _print_pairs(together: Sequence[tuple[str, str]], to_judge: dict[str, Article]) -> None:
    verdicts = {(row["one"], row["other"]): row["one_text"] for row in read_rows(_JUDGED)}
    judged = [verdicts[pair] for pair in together if pair in verdicts]
    print(f"pairs: {len(together):,}, judged {len(judged):,}, of one text {sum(judged):,}")
    print(f"of {len(verdicts):,} pairs that were judged, {sum(verdicts.values()):,} are of one text")
    for one, other in together if to_judge else ():
        if (one, other) not in verdicts:
            titles = {"title": to_judge[one].title, "other_title": to_judge[other].title}
            print(json.dumps({"one": one, "other": other, **titles}, ensure_ascii=False))


def _print_recall(tried: Sequence[Edited], found: dict[str, int]) -> None:
    by_edit: dict[str, list[bool]] = defaultdict(list)
    for one in tried:
        by_edit[one.edit].append(found[one.article.id] == found[one.original])
    for edit, joined in {**by_edit, "all": [known for some in by_edit.values() for known in some]}.items():
        print(f"recall, {edit}: {sum(joined)} of {len(joined)} ({100 * fmean(joined):.1f} %)")


if __name__ == "__main__":
    main()
