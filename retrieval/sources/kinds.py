"""The kinds of files that hold articles, by the ends of their names."""

from __future__ import annotations

_TEXTS = (".txt", ".md")
_ROWS = (".jsonl", ".jsonl.gz")
KINDS = ", ".join(_TEXTS + _ROWS)


def is_readable(name: str) -> bool:
    return name.lower().endswith(_TEXTS + _ROWS)


def is_text(name: str) -> bool:
    """Whether the file is one article; the others hold one a line."""
    return name.lower().endswith(_TEXTS)
