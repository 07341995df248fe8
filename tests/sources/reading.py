"""Reads what a test writes, as articles or errors."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

from retrieval.errors import SourceError
from retrieval.sources.files import read_sources
from retrieval.types import Article

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES = 10_000


def read(*targets: Path | str, max_bytes: int = MAX_BYTES) -> list[Article | SourceError]:
    return list(read_sources(map(str, targets), max_bytes=max_bytes))


def one(target: Path | str, max_bytes: int = MAX_BYTES) -> Article:
    [article] = read(target, max_bytes=max_bytes)
    assert isinstance(article, Article), article
    return article


def fault(target: Path | str, max_bytes: int = MAX_BYTES) -> str:
    [error] = read(target, max_bytes=max_bytes)
    assert isinstance(error, SourceError), error
    return str(error)


def text_file(folder: Path, content: str | bytes, name: str = "article.txt") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def rows_file(folder: Path, *rows: object, name: str = "articles.jsonl") -> Path:
    lines = [row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows]
    data = b"\n".join(lines) + b"\n"
    return text_file(folder, gzip.compress(data, mtime=0) if name.endswith(".gz") else data, name)
