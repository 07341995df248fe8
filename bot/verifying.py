"""What the commands that check a quotation share: what is typed, and what is shown of a verdict."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot import quoting
from bot.render import folded, quoted, source_note
from retrieval.quotes.verification import Outcome, cited, told

if TYPE_CHECKING:
    from retrieval.quotes.verification import Verification

_BY = re.compile(r"(?P<words>.+[”\"'’»])\s+(?:by|from|—|–|-)\s+(?P<speaker>[^”\"»]+)")
_MARKS = "“”\"'‘’«» "


def asked_for(argument: str) -> tuple[str, str | None]:
    """The words and the speaker of '"WORDS" by NAME', or of words alone."""
    match = _BY.fullmatch(argument.strip())
    words, speaker = (match["words"], match["speaker"].strip()) if match else (argument, None)
    return words.strip(_MARKS), speaker


def lines(verdict: Verification) -> list[str]:
    """What became of a quotation; then the article's sentences with where they are from.

    Where the words differ, those asked about and those that are quoted stand one below the other.
    """
    shown = [folded(told(verdict))]
    if verdict.found is not None and not verdict.exact:
        shown += [f"  asked   {quoted(folded(verdict.quoted))}", f"  quoted  {folded(verdict.found.text)}"]
    return [*shown, *(f"{quoted(folded(one.text))} — {source_note(one.article, one.field)}" for one in cited(verdict))]


def to_json(verdict: Verification) -> dict[str, object]:
    """The object that `byline verify --json` prints; the texts of `found` and `sentences` are exact slices."""
    return {
        "outcome": str(verdict.outcome),
        "as_asked": verdict.outcome is Outcome.VERBATIM,
        "verdict": told(verdict),
        "quotation": verdict.quoted,
        "speaker": verdict.speaker,
        "found": quoting.as_object(verdict.found) if verdict.found else None,
        "denied": quoting.as_object(verdict.denied) if verdict.denied else None,
        "sentences": [
            {"field": one.field, "start": one.start, "end": one.end, "text": one.text} for one in cited(verdict)
        ],
    }
