"""`python -m tests.store.consistency DIR`, at each line of its input, opens a data directory and reports what it holds.

It opens it as any owner does, and closes it again; one process saves the imports of many.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from bot.bootstrap import open_session, quiet_dependencies
from bot.settings import load_settings
from retrieval.quotes.indexing import differing
from retrieval.types import Filters, PassageRef


def report(directory: Path) -> dict[str, object]:
    """Article texts by id, and whether vectors and lexical entries are exactly the passages of the ready articles."""
    settings = load_settings(data_dir=directory)
    quiet_dependencies(settings)
    with open_session(settings, "consistency") as session:
        parts = session.own(timeout=10)
        assert parts is not None
        parts.library.index()
        parts.library.erase()
        ready = list(session.articles.every_ready())
        passages = session.articles.passages([row.key for row in ready])
        return {
            "texts": {row.article.id: row.article.text for row in ready},
            "waiting": session.articles.count_everywhere("pending") + session.articles.count_everywhere("gone"),
            "vectors": _same(passages, parts.search._vectors.refs("public")),
            "lexical": _same(passages, parts.search._lexical.refs()),
            "sliced": all(
                0 <= ref.start < ref.end <= len(row.article.text)
                for row in ready
                for ref in passages
                if ref.key == row.key
            ),
            "quoted": not differing(session.articles.engine, ready),
            "visible": len(session.articles.ready([row.key for row in ready], ["public"], Filters())) == len(ready),
        }


def _same(wanted: list[PassageRef], held: list[PassageRef]) -> bool:
    return sorted(wanted) == sorted(held)


if __name__ == "__main__":
    for _ in sys.stdin:
        print(json.dumps(report(Path(sys.argv[1]))), flush=True)  # noqa: T201  (its result)
