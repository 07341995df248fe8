"""`byline ask --batch`: rows of questions in, one JSON object a line out, in order."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import sys
import zlib
from collections import defaultdict, deque
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TextIO, cast

from bot.lines import lines
from bot.printing import json_line
from bot.render import abridged, to_json
from bot.settings import MEMORY
from retrieval.errors import SourceError, explained
from retrieval.types import Turn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from retrieval.types import Answer, Question


def answer_rows(
    path: str, template: Question, answer: Callable[[Question], Answer], out: TextIO, *, memory: int = MEMORY
) -> int:
    """Answers the rows {id?, question, asked?, library?, conversation?} of a file, in order; returns the exit status.

    Rows that share a conversation (a string or a number) are turns of it, each asked after those before it, as the
    chat would; the others stand alone. A row that fails gives an object with `error`, and the rest goes on.

    Args:
        path: a .jsonl or .jsonl.gz file; "-" reads standard input.
        template: what a row does not say: the day, the libraries, the filters.
        answer: answers a question in its conversation.
        out: takes an object a line.
        memory: how many turns of a conversation count for a follow-up.

    Returns:
        0, or 1 if a row failed.
    """
    status = 0
    conversations: defaultdict[str, deque[Turn]] = defaultdict(partial(deque, maxlen=memory))
    for number, line in enumerate(_lines(path), start=1):
        if not line.strip():
            continue
        row: dict[str, object] = {}
        try:
            row = _object(line)
            turns = conversations[name] if (name := _conversation(row)) is not None else deque[Turn](maxlen=0)
            question = replace(_question(row, template), history=tuple(turns))
            given = answer(question)
            turns.append(Turn(question.text, abridged(given)))
            result = to_json(given)
        except Exception as error:  # noqa: BLE001  (the other rows are answered all the same)
            status = 1
            result = {"error": f"{path}, line {number}: {explained(error, 'a row of a batch failed')}"}
        print(json_line({"id": row.get("id")} | result), file=out, flush=True)
    return status


def _lines(path: str) -> Iterator[str]:
    try:
        if path == "-":
            yield from lines(sys.stdin, "The input")
            return
        opener = gzip.open if path.endswith(".gz") else open
        with opener(path, "rt", encoding="utf-8-sig") as file:
            yield from lines(cast("TextIO", file), path)
    except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
        raise SourceError(f"{path} cannot be read ({error}); give a .jsonl or .jsonl.gz file of questions.") from error


def _object(line: str) -> dict[str, object]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise SourceError(f"this is not JSON ({error}).") from error
    if not isinstance(row, dict):
        raise SourceError("a row must be a JSON object with a question.")
    return row


def _conversation(row: dict[str, object]) -> str | None:
    """Returns the name of the row's conversation, None for a row that stands alone."""
    name = row.get("conversation")
    if name is not None and not isinstance(name, str | int):
        raise SourceError("conversation must be a name or a number.")
    return None if name is None else str(name)


def _question(row: dict[str, object], template: Question) -> Question:
    text, asked = row.get("question"), row.get("asked")
    if not isinstance(text, str) or not text.strip():
        raise SourceError("a row needs a question, a string.")
    try:
        day = dt.date.fromisoformat(str(asked)[:10]) if asked else template.asked
    except ValueError as error:
        raise SourceError("asked must be a date such as 2023-03-20.") from error
    return replace(template, text=text, asked=day, libraries=_libraries(row.get("library")) or template.libraries)


def _libraries(given: object) -> tuple[str, ...]:
    names = [given] if isinstance(given, str) else [] if given is None else given
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise SourceError("library must be a name or a list of names.")
    return tuple(names)
