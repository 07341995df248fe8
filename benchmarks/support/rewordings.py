"""Short sentences in our own words, each true to a sentence of a news article, and each with one thing changed.

`rewordings.jsonl` holds them by article and offsets, without a word of the articles: for each a true rewording, and the
same with another number or date, another speaker, the roles turned round, or a hedge left out. They were written from
the sentences alone, before the gate was asked. `held_out.jsonl` holds more, which nothing is chosen or fitted by.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.rows import read_rows
from benchmarks.support.cases import LIBRARY, PASSAGES, WINDOW, Case
from retrieval.gate import Draft
from retrieval.index.passages import passages
from retrieval.types import Article, Hit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

ROWS = Path(__file__).with_name("rewordings.jsonl")
HELD_OUT = Path(__file__).with_name("held_out.jsonl")
TRUE = "a true rewording"


def rewordings(articles: Sequence[Mapping[str, str]], seed: int, path: Path = ROWS) -> list[Case]:
    """Returns both sentences of each row before six passages, of which one holds what they tell; two cases a row."""
    rows = read_rows(path)
    wanted = {row["article"] for row in rows}
    found = {
        row["id"]: Article(row["id"], row["title"], row["text"], published=row["published"])
        for row in articles
        if row["id"] in wanted
    }
    rng = random.Random(seed)  # noqa: S311  (a reproducible sample, no secret)
    parts = {name: _passages(article) for name, article in found.items()}
    return [case for row in rows if row["article"] in found for case in _cases(row, parts, rng)]


def _passages(article: Article) -> list[Hit]:
    parts = passages(article, lambda texts: [len(text.split()) for text in texts], WINDOW)
    return [Hit(LIBRARY, article, part.start, part.end, 1.0) for part in parts]


def _cases(row: Mapping[str, Any], parts: Mapping[str, Sequence[Hit]], rng: random.Random) -> Iterator[Case]:
    own = parts[row["article"]]
    source = next(hit for hit in own if hit.start < row["end"] and row["start"] < hit.end)
    same = rng.sample([hit for hit in own if hit != source], min(1, len(own) - 1))
    others = rng.sample([name for name in parts if name != row["article"]], min(PASSAGES, len(parts)) - 1)
    shown = [*same, *(rng.choice(parts[name]) for name in others)][: PASSAGES - 1]
    at = rng.randrange(len(shown) + 1)
    shown.insert(at, source)
    for kind, is_good, text in ((TRUE, True, row["true"]), (f"another {row['change']}", False, row["changed"])):
        yield Case(kind, is_good, Draft(text, (at + 1,)), tuple(shown), at, row["article"])
