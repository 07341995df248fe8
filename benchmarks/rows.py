"""Rows of labelled data: files with an object of JSON a line, gzipped by suffix, and what the rows tell."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from retrieval.errors import BylineError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from retrieval.types import Article

    Row = dict[str, Any]


def read_rows(path: Path) -> list[Row]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def data_file(data: Path, name: str) -> Path:
    """Returns the file of a name, gzipped or not.

    Raises:
        BylineError: there is none.
    """
    if not (files := sorted(data.glob(f"{name}*"))):
        raise BylineError(f"{data} lacks {name}[.gz]; docs/quality.md tells its layout.")
    return files[0]


def marked(span: Row, articles: Mapping[str, Article]) -> str:
    """Returns the words that a span of a row marks in an article, which are known by their ids."""
    field: str = getattr(articles[span["article_id"]], span["field"])
    return field[span["start"] : span["end"]]


def in_turn(rows: Sequence[Row]) -> list[Row]:
    """Returns questions with the rows of those "before" them in their conversation, in order."""
    talks: dict[str, list[Row]] = defaultdict(list)
    found = []
    for row in rows:
        talk = talks[row["conversation"] or row["id"]]
        found.append({**row, "before": [*talk]})
        talk.append(row)
    return found
