"""Who said what: the quotations, direct and reported, of an article, each with its speaker. Pure, by rules.

Each word of saying (`clauses`) gives what its sentence attributes (`attributions`). A quotation without one
(`uncued`) goes on with the one before it, is led in by the sentence before it, or was said by nobody: a scare quote.
Who a speaker is, is told by `coreference`; how the article describes them, by a title before the name or an apposition
behind it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import takewhile
from operator import attrgetter
from typing import TYPE_CHECKING

from retrieval.quotes.attributions import attributions, is_speaker
from retrieval.quotes.clauses import Sentence
from retrieval.quotes.composing import Attribution, composed, is_within
from retrieval.quotes.coreference import People
from retrieval.quotes.uncued import (
    Conversation,
    Uncued,
    attributed,
    headline_quotes,
    may_be_said,
    said_below,
    without_block_mark,
)
from retrieval.text.boilerplate import not_reported
from retrieval.text.document import Document, document
from retrieval.text.lexicon import words
from retrieval.text.names import (
    APPOSITION,
    DAYS_AND_MONTHS,
    HONORIFICS,
    OPENS_APPOSITION,
    ROLE_OPENS_SENTENCE,
    TITLE_LEAD,
    TITLE_MODIFIERS,
    TITLES,
)
from retrieval.text.quotation_marks import BLANK
from retrieval.text.transcripts import is_of_oneself, takes_down
from retrieval.text.words import AUXILIARIES, CUES, DETERMINERS, POINTING, is_past
from retrieval.types import Article, Quote, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from retrieval.quotes.coreference import NamedEntity

_OUTER_MARK = re.compile(r"[“„«»‚‹›]|''|``|\"|‘|'")
_INNER_MARK = re.compile(r"[“„\"‘'`«»‚‹›]")
_LEAD = 80  # characters before a name in which its title is looked for
_TIMES = words("time_words")
_BEFORE_OFFICE = words("articles") | {"and", "for", "of"}
_MOST_WORDS = 14


def quotes(article: Article) -> list[Quote]:
    """Returns all that is quoted or reported as said in an article's title, then in its text, in order of the contents.

    The spans of contents nest or are disjoint. A quotation parted by its cue or by a paragraph's end is one Quote with
    a span for each part. What the article says was not said is there too, `denied`.
    """
    read = document(article.text)
    people = People(read, None if takes_down(article.byline or "") else article.byline)
    talk = Conversation(article)
    said = _with_run_ons(read, _said(read, people, talk))
    people.hear(one.speaker for one in said)

    def naming(speaker: Span, around: list[Quote]) -> str:
        """The resolved speaker; "he" within the reported words of another is that other, where the gender fits."""
        if speaker in talk.names:
            return talk.names[speaker]
        reporters = [quote for quote in around if is_within(speaker, quote.content)]
        if reporters and people.may_be(speaker, reporters[-1].name):
            return reporters[-1].name
        return people.resolve(speaker)

    outer = composed([*said, *talk.said], read, naming)
    inner = (quote for whole in outer for quote in _quoted_within(read.text, whole, people))
    in_text = sorted([*outer, *inner], key=lambda quote: (quote.start, -quote.content[0].end))
    described = talk.roles | _descriptions(read, people)
    found = (*headline_quotes(article.title, people), *in_text)
    return [replace(quote, description=described.get(quote.name)) for quote in found if is_speaker(quote.name)]


def _said(read: Document, people: People, talk: Conversation) -> Iterator[Attribution]:
    """All that the sentences attribute, in order; blocks of words without quotation marks, too."""
    apart, starts = not_reported(read.text), {span.start: at for at, span in enumerate(read.paragraphs)}
    reading = _Reading(read, people)
    block_end = 0
    for span in read.sentences:
        if span.start in apart or span.start < block_end or talk.covers(span):
            continue
        paragraph = starts.get(span.start)
        if paragraph is not None and (block := reading.block(paragraph)):
            block_end = block.end
            yield block
        else:
            yield from reading.said_in(Sentence(read.narrative, span), paragraph)
    yield from reading.unclosed()


class _Reading:
    """A text read sentence by sentence: who spoke last is remembered from one to the next."""

    def __init__(self, read: Document, people: People) -> None:
        self._read, self._people = read, people
        self._last: Attribution | None = None
        self._before: Sentence | None = None
        self._left_open: list[tuple[Span, Attribution | None]] = []  # whose speaker the next paragraph may name

    def block(self, paragraph: int) -> Attribution | None:
        """Returns the paragraphs that the sentence before them leads in as somebody's words, without quotation marks.

        A second one and those behind it have to speak of "I" or "we", and to be marked as the first is (">").
        """
        read, (first, *others) = self._read, self._read.paragraphs[paragraph:]
        speaker = said_below(self._before, self._people) if self._before else None
        if speaker is None or not may_be_said(read, first):
            return None

        def is_marked(span: Span) -> bool:
            return without_block_mark(read.text, span) != span

        def goes_on(span: Span) -> bool:
            is_alike = is_marked(span) == is_marked(first)
            return is_alike and may_be_said(read, span) and (is_marked(span) or is_of_oneself(read.text, span))

        more = takewhile(goes_on, others)
        content = tuple(without_block_mark(read.text, span) for span in (first, *more))
        self._last, self._before = replace(speaker, content=content), None
        return self._last

    def said_in(self, sentence: Sentence, paragraph: int | None) -> list[Attribution]:
        """Returns what a sentence attributes, which opens a paragraph where that one's number is given."""
        found = attributions(sentence)
        going_on = self._last if self._is_near(sentence, opens=paragraph is not None) else None
        leads = self._before is not None and (paragraph is None or self._before.ends_in_colon)
        leading = self._before if leads else None
        is_left_open = not leads and self._is_left_open(paragraph)
        for at in _uncovered(sentence, found):
            quotation = Uncued(self._read.text, self._people, sentence, at)
            told = attributed(quotation, found, leading, going_on)
            if is_left_open and quotation.is_alone:
                self._left_open.append((quotation.content, told))
            elif told:
                found.append(told)
        self._last, self._before = max(found, key=attrgetter("end"), default=self._last), sentence
        return self._closed(found, sentence.span)

    def _is_near(self, sentence: Sentence, *, opens: bool) -> bool:
        """Whether the last words said stand in this paragraph or, with a quotation in them, in the one before it."""
        if self._last is None:
            return False
        between = self._read.text[self._last.end : sentence.span.start]
        if not opens:
            return "\n" not in between
        return "\n" not in between.strip() and bool(self._read.quotations_in(self._last.content[-1]))

    def _is_left_open(self, paragraph: int | None) -> bool:
        """Whether a paragraph opens with a quotation that nothing closes, and the next one with another."""
        if paragraph is None:
            return False
        goes_on = self._last is not None and _is_open(self._read, self._last.content[-1])
        own, *following = self._read.paragraphs[paragraph : paragraph + 2]
        quoted_below = any(self._read.narrative[span.start] == BLANK for span in following)
        return not goes_on and quoted_below and _is_open(self._read, own)

    def _closed(self, found: list[Attribution], paragraph: Span) -> list[Attribution]:
        """What is found in a paragraph, with the quotations left open before it, which are its first speaker's."""
        if not self._left_open or self._left_open[-1][0].start >= paragraph.start:
            return found
        left_open, self._left_open = self._left_open, []
        for at, said in enumerate(found):
            if said.start == paragraph.start and said.cue:
                parts = tuple(part for part, _ in left_open)
                return [*found[:at], replace(said, content=(*parts, *said.content)), *found[at + 1 :]]
        return [*(told for _, told in left_open if told), *found]

    def unclosed(self) -> Iterator[Attribution]:
        """Returns the quotations that are left open at the text's end, as far as their speakers are told."""
        return (told for _, told in self._left_open if told)


def _is_open(read: Document, span: Span) -> bool:
    return any(quotation.open for quotation in read.quotations_in(span))


def _uncovered(sentence: Sentence, found: Sequence[Attribution]) -> list[int]:
    """The tokens that are quotations and in nothing that is attributed."""
    covered = [part for said in found for part in said.content]
    return [
        at
        for at, token in enumerate(sentence.tokens)
        if token.quoted and not any(span.start <= token.start < span.end for span in covered)
    ]


def _with_run_ons(read: Document, found: Iterator[Attribution]) -> list[Attribution]:
    """The attributions, of which a quotation that runs on into the next paragraphs is one.

    Words without a cue run on that open a paragraph while the speaker's quotation before them is not closed.
    """
    paragraph_starts = {span.start for span in read.paragraphs}
    joined: list[Attribution] = []
    for said in found:
        last = joined[-1] if joined and said.cue is None and said.start in paragraph_starts else None
        if last and last.speaker == said.speaker and _is_open(read, last.content[-1]):
            joined[-1] = replace(last, content=(*last.content, *said.content))
        else:
            joined.append(said)
    return joined


def _quoted_within(text: str, outer: Quote, people: People) -> Iterator[Quote]:
    """What a speaker quotes others, or their own earlier words, as saying: only what stands between inner marks."""
    for part in outer.content if outer.kind == "direct" else ():
        opening = _OUTER_MARK.match(text, part.start)
        start = opening.end() if opening else part.start
        inside = text[start : part.end - 1] if opening else text[start : part.end]
        if _INNER_MARK.search(inside):
            for quote in _inner(Document(inside), start, outer.name, people):
                yield replace(
                    quote,
                    speaker=_moved(quote.speaker, start),
                    cue=quote.cue and _moved(quote.cue, start),
                    content=tuple(_moved(span, start) for span in quote.content),
                )


def _inner(read: Document, start: int, speaker: str, people: People) -> list[Quote]:
    """The quotes in a speaker's own words, a piece of the text that begins at `start`."""
    sentences = (Sentence(read.narrative, span) for span in read.sentences) if read.quotations else ()
    found = [said for sentence in sentences for said in attributions(sentence) if said.holds_quotation(read)]
    return composed(found, read, lambda span, _: people.named_within(_moved(span, start), speaker))


def _moved(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)


def _descriptions(read: Document, people: People) -> dict[str, str]:
    """By full name the first description of more than one word, else the first, of whom an article describes."""
    told: dict[str, list[str]] = {}
    titled_end = 0
    for mention in people.mentions:
        if mention.core and not mention.possessive and read.narrative[mention.span.start] != BLANK:
            name = people.full_name(mention.text, mention.span.start)
            told.setdefault(name, []).extend(_described(read, mention, titled_end))
        if mention.core != mention.text:
            titled_end = mention.span.end
    return {name: next((one for one in those if " " in one), those[0]) for name, those in told.items() if those}


def _described(read: Document, mention: NamedEntity, titled_end: int) -> Iterator[str]:
    """Yields what is said of a name before and behind it; what the title of another before says is not of it."""
    start = max(mention.span.start, read.text.find(mention.core, mention.span.start, mention.span.end))
    lead = read.narrative[max(0, start - _LEAD) : start]
    if titled_end > start - _LEAD:
        lead = read.narrative[titled_end:start].rpartition(" and ")[2]
    if title := _title(lead):
        yield title
    first = ROLE_OPENS_SENTENCE.search(lead)
    if first and first[1].split()[-1] not in _TIMES:  # A few hours later, Lee left
        yield first[1]
    behind = APPOSITION.match(read.narrative, start + len(mention.core))
    if behind and _is_apposition(behind["words"]):
        yield behind["words"].strip()


def _title(lead: str) -> str | None:
    """The title that ends what stands before a name, with what belongs to it: "former US Secretary of State"."""
    before = TITLE_LEAD.search(lead)
    words = before.group().split() if before else []
    if not words or not _names_office(words):
        return None
    start = len(words)
    while start > 0 and _belongs(words[start - 1]):
        start -= 1
    while start < len(words) and words[start].lower() in _BEFORE_OFFICE:
        start += 1
    return " ".join(words[start:]) if start < len(words) and lead.rstrip().endswith(" ".join(words[start:])) else None


def _names_office(words: list[str]) -> bool:
    """Whether the last words before a name are a title ("the mayor"; "Secretary of State"), not a mere honorific."""
    last = words[-1].strip(".").lower()
    if last in HONORIFICS:
        return False
    of = len(words) > 2 and words[-2].lower() == "of" and words[-3].lower() in TITLES  # noqa: PLR2004 - title, of, department
    return last in TITLES or of


def _belongs(word: str) -> bool:
    plain = word.strip(".,").lower()
    ends = word.endswith((",", "!", "?")) or (word.endswith(".") and plain not in TITLES and "." not in plain)
    if ends or plain in DAYS_AND_MONTHS:
        return False
    return plain in TITLES or plain in TITLE_MODIFIERS or (word[0].isupper() and plain not in CUES)


def _is_apposition(words: str) -> bool:
    """Whether what follows a name and a comma says who that is: an article or a title first, and no verb in it."""
    parts = words.lower().split()
    opens = parts[0] in DETERMINERS - POINTING | OPENS_APPOSITION or parts[0] in TITLES
    before_who = parts[: next((i for i, word in enumerate(parts) if word in {"who", "whose", "that"}), len(parts))]
    verb = any(word in AUXILIARIES or is_past(word) for word in before_who[1:])
    return (opens and not verb and 1 < len(before_who) <= _MOST_WORDS) or (len(parts) == 1 and parts[0] in TITLES)
