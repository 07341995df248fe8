"""Who said what in a headline: spans into the title, names from the text. Pure, by rules."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.quotes.attributions import attributions
from retrieval.quotes.clauses import Sentence
from retrieval.quotes.composing import Attribution, composed
from retrieval.text.document import Document
from retrieval.text.names import LABELLED, SIGNED, TITLES, tidy
from retrieval.text.quotation_marks import BLANK
from retrieval.text.sentences import stripped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.quotes.coreference import People
    from retrieval.types import Quote, Span

_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_ORDINARY_CASE = 0.5  # of a headline's words: with more capitals it is written in title case
_SHORT = 4  # letters


def headline_quotes(title: str, people: People) -> list[Quote]:
    """Finds what a title attributes: "Lee: 'We will sue'", "Lee says X", "X will fall, minister warns".

    Quotations without a speaker in the title give nothing.
    """
    read = Document(title)
    narrative = _in_sentence_case(read.narrative, people)
    found = [said for span in read.sentences for said in attributions(Sentence(narrative, span))]

    def naming(speaker: Span, _: list[Quote]) -> str:
        """Whom the text means by a name of its title; a role the text gives no holder for stays as written."""
        mention = title[speaker.start : speaker.end]
        return people.named(mention) or tidy(mention)

    return composed(found or list(_labelled(narrative, read, people)), read, naming, field="title")


def _labelled(narrative: str, read: Document, people: People) -> Iterator[Attribution]:
    """A speaker set apart by a colon or dash; words without quotation marks count only behind a person's name."""
    match = LABELLED.fullmatch(narrative) or SIGNED.search(narrative)
    if not match:
        return
    who, words = (stripped(read.text, *match.span(group)) for group in ("who", "words"))
    mention = read.text[who.start : who.end]
    if not mention.strip():
        return
    quoted = narrative[words.start] == BLANK
    if people.is_person(mention) or (quoted and (people.named(mention) or mention.split()[-1].lower() in TITLES)):
        yield Attribution(who, None, (words,))


def _in_sentence_case(narrative: str, people: People) -> str:
    """A headline in title case with the words small that are no names, so that verbs are known; the same offsets."""
    words = [match.group() for match in _WORD.finditer(narrative) if len(match.group()) >= _SHORT]
    if sum(word[0].isupper() for word in words) <= _ORDINARY_CASE * len(words):
        return narrative
    return _WORD.sub(
        lambda match: match.group() if people.names_word(match.group()) else _small(match.group()), narrative
    )


def _small(word: str) -> str:
    lower = word.lower()
    return lower if len(lower) == len(word) else word
