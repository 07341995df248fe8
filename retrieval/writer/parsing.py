"""A reply of a chat model, read as it is written: each sentence, once it has ended, with the passages it cites.

A reply is prose with [n] markers, or JSON of `SCHEMA` or nearly so, whatever was asked for. The numbers may be those of
no passage.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from prompts import load
from retrieval.gate import Draft
from retrieval.text.chat_replies import citation_markers, is_preamble, is_refusal, source_opening
from retrieval.text.document import sentences
from retrieval.text.words import content_stems

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

SCHEMA: dict[str, Any] = {
    "title": "answer",
    "description": "The sentences of an answer.",
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
_OPEN_MARKER = re.compile(r"(?<!\s)\s*[\[【][^\]】]{0,60}\Z")
_THOUGHT = re.compile(r"(?<!\s)\s*<think>.*?(?:</think>|\Z)", re.DOTALL)
_THOUGHT_TAG = "<think>"
_JSON = re.compile(r"```|\{|\[\s*[{\"\]]")
_FENCE = re.compile(r"\A\s*```\w*|```\s*\Z")
_UNDECIDED = ("```", "[", _THOUGHT_TAG)  # of which a beginning may yet become JSON or prose
_LIST_SIGN = re.compile(r"^(?:[-*•–>]|#{1,6}|\d{1,2}[.)])\s+")
_EMPHASIS = re.compile(r"\*\*|__|(?<!\w)\*(?=\S)|(?<=\S)\*(?!\w)")
_WHOLE_WORD = re.compile(r"\S+\s")
_TERMINAL = re.compile(r"[.!?…][”’\"')\]]*\Z")


class Parser(Protocol):
    """What reads a reply as it is written."""

    @property
    def unfinished(self) -> str:
        """The text that is being written and has not ended."""

    def feed(self, piece: str) -> list[Draft]:
        """Takes a piece of the reply and returns the sentences that have ended since."""

    def close(self, *, complete: bool) -> list[Draft]:
        """Returns the sentences that are left; of a reply that was cut short, only those that have their end."""


class Reply:
    """Reads a reply in the form that it has, for the sentences that claim something: no refusals, no preambles.

    Attributes:
        refused: whether it said that the articles do not say.
    """

    def __init__(self) -> None:
        self.refused = False
        self._parser: Parser | None = None
        self._written = ""

    @property
    def unfinished(self) -> str:
        """The text that is being written and has not ended."""
        return self._parser.unfinished if self._parser else ""

    def feed(self, piece: str) -> list[Draft]:
        """Takes a piece of the reply and returns the claims that have ended since."""
        self._written += piece
        if self._parser:
            return self._claims(self._parser.feed(piece))
        begun = _THOUGHT.sub("", self._written).lstrip()
        if any(sign.startswith(begun) for sign in _UNDECIDED):
            return []
        self._parser = FieldParser() if _JSON.match(begun) else MarkerParser()
        return self._claims(self._parser.feed(self._written))

    def close(self, *, complete: bool) -> list[Draft]:
        """Returns the claims that are left; of a reply that was cut short, only those that have their end."""
        if self._parser is None or (isinstance(self._parser, FieldParser) and not self._parser.recognised):
            self._parser = MarkerParser()  # what only began as JSON does
            return self._claims([*self._parser.feed(self._written), *self._parser.close(complete=complete)])
        return self._claims(self._parser.close(complete=complete))

    def _claims(self, drafts: Iterable[Draft]) -> list[Draft]:
        claims = []
        for written in drafts:
            draft = _without_source(written)
            if is_refusal(draft.text, load("refusal")):
                self.refused = True
            elif draft.text.strip() and (draft.cited or (content_stems(draft.text) and not is_preamble(draft.text))):
                claims.append(draft)
        return claims


def _without_source(draft: Draft) -> Draft:
    """Returns a sentence without an opening such as "According to passage 2, ", the passage among those it cites."""
    named = source_opening(draft.text)
    if named is None:
        return draft
    rest = draft.text[named.end :]
    return Draft(rest[:1].upper() + rest[1:], tuple(dict.fromkeys((*draft.cited, *named.numbers))))


class FieldParser:
    """Reads JSON of `SCHEMA`, or what models write in its place: fenced, a list alone, sentences alone, one answer.

    What is no such JSON gives no sentences and is not `recognised`.
    """

    def __init__(self) -> None:
        self._text = ""
        self._given = 0

    def feed(self, piece: str) -> list[Draft]:
        self._text += piece
        ended = self._rows()[self._given : -1]  # the last one may go on
        self._given += len(ended)
        return [draft for row in ended for draft in _row_drafts(row)]

    def close(self, *, complete: bool) -> list[Draft]:
        rest = self._rows()[self._given :]
        self._given += len(rest)
        whole = rest if complete and self._is_whole else rest[:-1]
        return [draft for row in whole for draft in _row_drafts(row)]

    @property
    def unfinished(self) -> str:
        return " ".join(str(row.get("text", "")) for row in self._rows()[self._given :])

    @property
    def recognised(self) -> bool:
        """Whether what was read so far is of the schema at all."""
        return bool(self._rows()) or (self._is_whole and "sentences" in self._text)

    @property
    def _is_whole(self) -> bool:
        try:
            json.loads(self._json)
        except ValueError:
            return False
        return True

    @property
    def _json(self) -> str:
        return _FENCE.sub("", _THOUGHT.sub("", self._text)).strip()

    def _rows(self) -> list[dict[str, Any]]:
        from langchain_core.utils.json import parse_partial_json

        try:
            value = parse_partial_json(self._json)
        except ValueError:
            return []
        if isinstance(value, dict):
            listed, answer = value.get("sentences"), value.get("answer", value.get("text"))
            value = listed if "sentences" in value else [value] if isinstance(answer, str) else answer
        return [_row(each) for each in value if isinstance(each, str | dict)] if isinstance(value, list) else []


class MarkerParser:
    """Reads prose with [n] markers. What a model thinks aloud, lists' signs and emphasis are left out."""

    def __init__(self) -> None:
        self._rest = ""
        self._in_line = False

    def feed(self, piece: str) -> list[Draft]:
        self._rest += piece
        ended: list[_LineSentence] = []
        while (rest := self._without_thought()) is not None and "\n" in rest:
            whole, _, self._rest = rest.partition("\n")
            ended += _line_sentences(whole, fresh=not self._in_line)
            self._in_line = False
        line = self._open_line()  # its last sentence may go on, or get more markers
        if count := next((n for n in range(len(line) - 1, 0, -1) if _have_ended(line[:n], line[n])), 0):
            self._rest = (self._without_thought() or "")[line[count].start :]
            self._in_line = True
        return [sentence.draft for sentence in (*ended, *line[:count])]

    def close(self, *, complete: bool) -> list[Draft]:
        drafts = [sentence.draft for sentence in self._open_line()]
        self._rest = ""
        return [draft for draft in drafts if complete or _TERMINAL.search(draft.text)]

    @property
    def unfinished(self) -> str:
        return " ".join(sentence.draft.text for sentence in self._open_line())

    def _open_line(self) -> list[_LineSentence]:
        return _line_sentences(_OPEN_MARKER.sub("", self._without_thought() or ""), fresh=not self._in_line)

    def _without_thought(self) -> str | None:
        """Returns what is left without what a model thought aloud; None while that may still be coming."""
        rest = _THOUGHT.sub("", self._rest, count=1)
        return None if rest and _THOUGHT_TAG.startswith(rest.strip()) else rest


class _LineSentence(NamedTuple):
    """A sentence, and where it starts in its line as that was written."""

    draft: Draft
    start: int


def _row(given: str | dict[str, Any]) -> dict[str, Any]:
    """Returns a row of the schema for one as a model wrote it: a sentence alone, or under another name."""
    if isinstance(given, str):
        return {"text": given}
    text = next((given[name] for name in ("text", "sentence", "answer") if name in given), None)
    return {"text": text, "passages": given.get("passages")}


def _row_drafts(row: dict[str, Any]) -> Iterator[Draft]:
    """Yields the sentences of a field, which may hold several, and markers: each is checked by itself."""
    text, numbers = row.get("text"), row.get("passages")
    if isinstance(text, str):
        named = tuple(n for n in numbers if isinstance(n, int)) if isinstance(numbers, list) else ()
        for sentence in _line_sentences(" ".join(text.split()), fresh=True):
            yield replace(sentence.draft, cited=tuple(dict.fromkeys((*named, *sentence.draft.cited))))


def _line_sentences(line: str, *, fresh: bool) -> list[_LineSentence]:
    """Returns the sentences of a line; `fresh`: it is seen from its start, where a list puts its signs."""
    listed = _LIST_SIGN.match(line) if fresh else None
    skipped = listed.end() if listed else 0
    clean, places, markers = _without_markers(line[skipped:])
    found = []
    spans = sentences(clean)
    bounds = pairwise([0, *(span.start for span in spans[1:]), len(clean)])
    for span, (start, end) in zip(spans, bounds, strict=False):  # no sentences: one bound
        # Where a marker stands between two sentences it is the first one's.
        cited = [numbers for place, numbers in markers if start < place <= end or place == start == 0]
        text = _EMPHASIS.sub("", clean[span.start : span.end])
        draft = Draft(text, tuple(dict.fromkeys(number for numbers in cited for number in numbers)))
        found.append(_LineSentence(draft, skipped + places[span.start]))
    return found


def _without_markers(line: str) -> tuple[str, list[int], list[tuple[int, list[int]]]]:
    """Returns a line without its markers, where each character was, and each marker's place in it with its numbers."""
    places: list[int] = []
    markers: list[tuple[int, list[int]]] = []
    last = 0
    for marker in citation_markers(line):
        places += range(last, marker.start)
        markers.append((len(places), marker.numbers))
        last = marker.end
    places += range(last, len(line))
    return "".join(line[place] for place in places), places, markers


def _have_ended(sentences_before: Sequence[_LineSentence], following: _LineSentence) -> bool:
    """Tells whether sentences have surely ended: the next one has a whole word, and no quotation is open."""
    text = "".join(sentence.draft.text for sentence in sentences_before)
    balanced = text.count("“") == text.count("”") and text.count('"') % 2 == 0
    return balanced and _WHOLE_WORD.match(following.draft.text) is not None
