"""`byline ask --batch`: rows of questions in, one JSON object a line out, in order."""

from __future__ import annotations

import contextlib
import datetime as dt
import gzip
import json
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, TextIO, cast

from bot.render import to_json
from retrieval.errors import BylineError, SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from retrieval.types import Answer, Question


def answer_rows(path: str, template: Question, answer: Callable[[Question], Answer], out: TextIO) -> int:
    """Answer the rows {id?, question, asked?, library?} of a file, each a conversation of its own.

    A row that fails gives an object with `error`; the rest goes on.

    Returns:
        The exit status: 0, or 1 if a row failed.
    """
    status = 0
    with _opened(path) as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            row: dict[str, object] = {}
            try:
                row = _object(line)
                result = to_json(answer(_question(row, template)))
            except (BylineError, ValueError) as error:
                status = 1
                result = {"error": f"{path}, line {number}: {error}"}
            print(json.dumps({"id": row.get("id")} | result, ensure_ascii=False), file=out, flush=True)
    return status


@contextlib.contextmanager
def _opened(path: str) -> Iterator[TextIO]:
    try:
        if path == "-":
            yield sys.stdin
            return
        opener = gzip.open if path.endswith(".gz") else open
        with opener(path, "rt", encoding="utf-8-sig") as file:
            yield cast("TextIO", file)
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise SourceError(f"{path} cannot be read ({error}); give a .jsonl or .jsonl.gz file of questions.") from error


def _object(line: str) -> dict[str, object]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise SourceError(f"this is not JSON ({error}).") from error
    if not isinstance(row, dict):
        raise SourceError("a row must be a JSON object with a question.")
    return row


def _question(row: dict[str, object], template: Question) -> Question:
    text, asked, library = row.get("question"), row.get("asked"), row.get("library")
    if not isinstance(text, str) or not text.strip():
        raise SourceError("a row needs a question, a string.")
    if asked is not None and not isinstance(asked, str):
        raise SourceError("asked must be a date such as 2023-03-20.")
    libraries = [library] if isinstance(library, str) else library
    if libraries is not None and not (isinstance(libraries, list) and all(isinstance(name, str) for name in libraries)):
        raise SourceError("library must be a name or a list of names.")
    return replace(
        template,
        text=text,
        asked=dt.date.fromisoformat(asked[:10]) if asked else template.asked,
        libraries=tuple(libraries) if libraries else template.libraries,
    )
