"""A reply in fields: JSON of sentences with the passages they are from, read as it is written. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from retrieval.gate import Draft
from retrieval.text.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMA: dict[str, Any] = {
    "title": "answer",
    "description": "The sentences of an answer; none where the articles do not say.",
    "type": "object",
    "properties": {
        "sentences": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "text": {"type": "string", "description": "One sentence, without numbers of passages."},
                    "passages": {
                        "type": "array",
                        "items": {"type": "integer"},
                        "description": "The numbers of the passages that the sentence is from.",
                    },
                },
                "required": ["text", "passages"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["sentences"],
    "additionalProperties": False,
}


class FieldParser:
    """Fed with pieces of JSON, it gives the sentences that are whole since.

    What is no JSON of the schema gives none; whether anything came of it, the writer sees by that.
    """

    def __init__(self) -> None:
        self._text = ""
        self._given = 0

    def feed(self, piece: str) -> list[Draft]:
        self._text += piece
        rows = self._rows()
        ended = rows[self._given : -1]  # the last one may go on
        self._given += len(ended)
        return [draft for row in ended for draft in _drafts(row)]

    def close(self, *, complete: bool) -> list[Draft]:
        rest = self._rows()[self._given :]
        self._given += len(rest)
        whole = rest if complete and self._is_whole() else rest[:-1]
        return [draft for row in whole for draft in _drafts(row)]

    @property
    def unfinished(self) -> str:
        return " ".join(str(row.get("text", "")) for row in self._rows()[self._given :])

    @property
    def is_empty(self) -> bool:
        """Whether the whole reply says that there is nothing to say."""
        return self._is_whole() and "sentences" in json.loads(self._text) and not self._rows()

    @property
    def anything(self) -> bool:
        """Whether what was read so far is of the schema at all."""
        return self.is_empty or bool(self._rows())

    def _is_whole(self) -> bool:
        try:
            return isinstance(json.loads(self._text), dict)
        except ValueError:
            return False

    def _rows(self) -> list[dict[str, Any]]:
        from langchain_core.utils.json import parse_partial_json

        try:
            found = parse_partial_json(self._text)
        except ValueError:
            return []
        rows = found.get("sentences") if isinstance(found, dict) else None
        return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _drafts(row: dict[str, Any]) -> Iterator[Draft]:
    """A field may hold several sentences, which are checked each by itself."""
    text, told = row.get("text"), row.get("passages")
    if isinstance(text, str):
        clean = " ".join(text.split())
        cited = tuple(n for n in told if isinstance(n, int)) if isinstance(told, list) else ()
        yield from (Draft(clean[span.start : span.end], cited) for span in sentences(clean))
