"""A reply of a chat model, read as it is written: each sentence, once it has ended, with the passages it cites.

A reply is prose with [n] markers, or JSON of `SCHEMA` or nearly so, whatever was asked for. The numbers may be those of
no passage.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from prompts import load
from retrieval.gate import Draft
from retrieval.text.chat_replies import citation_markers, is_preamble, is_refusal, lists_sources, source_opening
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
_JSON_BEHIND_WORDS = re.compile(r"```\w*\s*[{\[]\s*[\"{\[]|\{\s*\"\w+\"\s*:")
_OPENING = 40  # characters in which one can tell that JSON begins
_FENCE = re.compile(r"\A\s*```\w*|(?<=[}\]])\s*```.*\Z", re.DOTALL)
_TEXTS = (  # what models call their answer, or a sentence of it
    "sentences", "answer", "response", "text", "sentence", "result", "output", "content", "statements", "reply",
)  # fmt: skip
_CITED = ("passages", "citations", "passage", "sources", "source")
_UNDECIDED = ("```", "[", _THOUGHT_TAG)  # of which a beginning may yet become JSON or prose
_LIST_SIGN = re.compile(r"^(?:[-*•–>]|#{1,6}|\(?\d{1,2}[.)])\s+")
_LABEL = re.compile(r"\A(?:the )?answer(?: is)?:\s+(?=\S+\s\S+\s\S)", re.IGNORECASE)  # a bare one needs it: "12"
_EMPHASIS = re.compile(r"</?(?:answer|response|output)>|\*\*|__|(?<!\w)\*(?=\S)|(?<=\S)\*(?!\w)")
_LAST_COMMA = re.compile(r",(?=\s*[\]}])")
_DECODER = json.JSONDecoder()
_NUMBER = re.compile(r"\d{1,3}")
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
        begins = max(0, len(self._written) - _OPENING)
        self._written += piece
        if isinstance(self._parser, MarkerParser) and (json := _JSON_BEHIND_WORDS.search(self._written, begins)):
            self._parser = FieldParser()  # what was written before it has been given, or only said that it follows
            return self._claims(self._parser.feed(self._written[json.start() :]))
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
            draft = _without_opening(written)
            if is_refusal(draft.text, load("refusal")):
                self.refused = True
            elif draft.text.strip() and (draft.cited or (content_stems(draft.text) and not is_preamble(draft.text))):
                claims.append(draft)
        return claims


def _without_opening(draft: Draft) -> Draft:
    """Returns a sentence without "The answer is: " or "According to passage 2, ", the passage among those it cites."""
    text, cited = _LABEL.sub("", draft.text), draft.cited
    if named := source_opening(text):
        text, cited = text[named.end :], tuple(dict.fromkeys((*cited, *named.numbers)))
    return draft if text == draft.text else Draft(text[:1].upper() + text[1:], cited)


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
        return " ".join(row.text for row in self._rows()[self._given :])

    @property
    def recognised(self) -> bool:
        """Whether what was read so far is of the schema at all."""
        return bool(self._rows()) or (self._is_whole and any(f'"{name}"' in self._text for name in _TEXTS))

    @property
    def _is_whole(self) -> bool:
        values, rest = self._values()
        return bool(values) and (not rest.startswith(("{", "[")) or rest.endswith(("}", "]")))

    def _values(self) -> tuple[list[Any], str]:
        """Returns the values of JSON, one after the other, the last one perhaps unfinished; and the rest behind it."""
        from langchain_core.utils.json import parse_partial_json

        values: list[Any] = []
        rest = _LAST_COMMA.sub("", _FENCE.sub("", _THOUGHT.sub("", self._text)).strip())
        while rest.startswith(("{", "[")):
            try:
                value, end = _DECODER.raw_decode(rest)
            except ValueError:
                with suppress(ValueError):
                    values.append(parse_partial_json(rest))
                break
            values.append(value)
            rest = rest[end:].strip()
        return values, rest

    def _rows(self) -> list[_Row]:
        return list(_rows(self._values()[0]))


class MarkerParser:
    """Reads prose with [n] markers, up to a list of the sources.

    What a model thinks aloud, lists' signs and emphasis are left out.
    """

    def __init__(self) -> None:
        self._rest = ""
        self._is_over = False
        self._in_line = False

    def feed(self, piece: str) -> list[Draft]:
        self._rest += piece
        ended: list[_LineSentence] = []
        while (rest := self._without_thought()) is not None and "\n" in rest:
            whole, _, self._rest = rest.partition("\n")
            self._is_over = self._is_over or lists_sources(whole)
            if self._is_over:
                continue
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
        line = _OPEN_MARKER.sub("", self._without_thought() or "")
        return [] if self._is_over or lists_sources(line) else _line_sentences(line, fresh=not self._in_line)

    def _without_thought(self) -> str | None:
        """Returns what is left without what a model thought aloud; None while that may still be coming."""
        rest = _THOUGHT.sub("", self._rest, count=1)
        return None if rest and _THOUGHT_TAG.startswith(rest.strip()) else rest


class _LineSentence(NamedTuple):
    """A sentence, and where it starts in its line as that was written."""

    draft: Draft
    start: int


class _Row(NamedTuple):
    """One text of a reply in fields, and the passages that it names."""

    text: str
    cited: tuple[int, ...] = ()


def _rows(value: object) -> Iterator[_Row]:
    """Yields the texts of an answer in JSON, in whatever form a model gave it: alone, in lists, under other names."""
    if isinstance(value, str):
        yield _Row(value)
    elif isinstance(value, list):
        for each in value:
            yield from _rows(each)
    elif isinstance(value, dict):
        told = next((value[name] for name in _TEXTS if name in value), None)
        if isinstance(told, str):
            yield _Row(told, tuple(int(n) for name in _CITED for n in _NUMBER.findall(str(value.get(name)))))
        else:
            yield from _rows(told)


def _row_drafts(row: _Row) -> Iterator[Draft]:
    """Yields the sentences of a field, which may hold several, and markers: each is checked by itself."""
    for sentence in _line_sentences(" ".join(row.text.split()), fresh=True):
        yield replace(sentence.draft, cited=tuple(dict.fromkeys((*row.cited, *sentence.draft.cited))))


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
