"""A text and what is read in it, each computed once: paragraphs, sentences, quotations, words, names. Pure."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from retrieval.text import lexicon
from retrieval.text.names import DAYS_AND_MONTHS, names
from retrieval.text.quotation_marks import BLANK, MARKS, Quotation, is_nickname, paired
from retrieval.text.tables import told_line
from retrieval.text.words import CUES, Word, words
from retrieval.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from retrieval.text.dates import Moment
    from retrieval.text.numbers import Figure

MAX_QUOTATION = 600  # characters; no answer shows more, so a longer quotation is cut at the sentence ends inside it
MAX_SENTENCE = 10_000  # characters; what is longer is no prose, and cut at a blank
WRAP_WIDTHS = range(40, 121)  # characters; of lines that an editor or mail program broke

_BULLET = re.compile(r"(?:[-*•–—·#>|]|\d+[.)])\s")
_STOP = re.compile(
    rf"(?<![.!?…؟])(?<!\.\s)[.!?…؟]++[)\]’'”\"»]*+(?:\[\d{{1,3}}\])*+(?=[\s*•]|$)|[。！？]++[”’」』)]*+"
    rf"|(?<=[A-Za-z]{{3}})[.!?](?=[A-Z][a-z])(?![\w.]{{1,60}}@)"  # a blank was lost
    rf"|{BLANK}(?=\s)"  # a quotation may end one too
)
_EMOJI = "[\u2600-\u27bf\ufe0f\u200d\U0001f000-\U0001faff]"
_OPENING = re.compile(rf"\s*(?:(?:[•*·…—–-]|{_EMOJI}{{1,9}})\s?)?[(\[“\"‘'«]*(?P<first>[^\W_]|[$£€#@<]|{BLANK})")
_ADDRESS = re.compile(r"www\.|https?:")
_ACRONYM = re.compile(r"(?<!\w)(?:[A-Z][a-z]?\.)+[A-Z]\Z")  # U.S, Ph.D
_OPENING_WORDS = ("subject_pronouns", "determiners", "quantifiers", "coordinators", "subordinators", "prepositions")
_OPENER = re.compile(rf"(?:{lexicon.alternatives(*_OPENING_WORDS)})(?![^\W\d_])", re.IGNORECASE)
_DASH = re.compile(r"\s*[–—-]")  # ALBUQUERQUE, N.M. | — A painting
_INITIALS = re.compile(r"(?<!\w)(?!I\Z)[A-Z](?:\.[A-Z])*\Z")
_INTRODUCING = re.compile(rf"(?<![\w.])(?:{lexicon.alternatives('introducing_abbreviations')})\Z", re.IGNORECASE)
_WEEKDAY = re.compile(
    rf"(?<![\w.])(?:{'|'.join(map(str.title, lexicon.words('weekday_abbreviations')))})\Z"
)  # Sat. | Nov. 3
_DATE = re.compile(rf"\s+(?:\d|(?:{lexicon.alternatives('months')})\b\.?\s\d)", re.IGNORECASE)
_ABBREVIATIONS = ("abbreviations", "abbreviations_behind_names", "title_abbreviations")
_LAST_WORD = re.compile(r"[^\W\d_]+\Z")
# Numbers of a list, in lines of their own and in one: 3. | Minnesota, and "Table: 1. | Holm 24, 2. | Orva 21"
_LISTED = re.compile(r"(?:(?:\A|\n|(?P<stop>[.!?])\s)\s*\d{1,3}|:\s1|[,;]\s\d{1,2})\Z")
_HALF_DAY = re.compile(r"\b[ap]\.m\Z")  # at 3 p.m. | Monday
_OF_THE_CLOCK = re.compile(
    rf"\s+\(?(?:(?i:{lexicon.alternatives('weekdays', 'weekday_abbreviations')})s?\b(?!['’])"
    rf"|(?i:{lexicon.alternatives('months')})\.? \d"
    r"|(?:[ECMP][SD]?T|GMT|UTC|BST|CES?T|IST|AES?T|Eastern|Central|Mountain|Pacific|Greenwich"
    r"|(?:[A-Z]\w{1,20} ){1,3}[Tt]ime)\b)"
)
_ANY_WORD = re.compile("")
# A full stop belongs to the first where the second follows: "Gov. | Lee", "Sat. | Nov. 3", "3 p.m. | Monday".
_TOGETHER = ((_INTRODUCING, _ANY_WORD), (_WEEKDAY, _DATE), (_HALF_DAY, _OF_THE_CLOCK))
_REACH = 40  # characters around a stop that are looked at
_BRACKETS = 200  # characters on either side of a stop within brackets; longer ones hold sentences
_LONGEST_ABBREVIATION = 10
_CLOSING_REACH = 8  # characters in which a quotation's last mark of punctuation is looked for
_SAYING_NEAR = 6  # words behind a quotation among which a verb of saying continues its sentence
_RUN = re.compile(r"(.{1,80}?)\1{9,}", re.DOTALL)
_STOP_WITHIN = re.compile(r"\w[.!?]+[”\"’']*\s")  # such a run is cut into its sentences
_SHORTEST_RUN = 100  # characters; a dotted leader or a rule that is shorter belongs to its line
_KEPT_OF_RUN = 2  # times that a run is told with the words before it


def paragraphs(text: str) -> list[Span]:
    """Returns the lines of a text that are not blank, those of a hard-wrapped paragraph together."""
    width, at = _wrap_width(text), 0
    found: list[Span] = []
    before: Span | None = None  # the line before, where it is not blank
    for line in text.splitlines(keepends=True):
        span = stripped(text, at, at + len(line))
        at += len(line)
        if not line.strip() or told_line(text, span.start):
            found += [span] if line.strip() else []
            before = None
        elif before and width and _is_wrapped(text[before.start : before.end], line, width):
            found[-1], before = Span(found[-1].start, span.end), span
        else:
            found.append(span)
            before = span
    return found


def _wrap_width(text: str) -> int:
    """The length of the lines of a hard-wrapped text; 0 for a text whose line ends are its author's.

    A wrapped line is one that had no room for the next one's first word; most lines must be, and three at least.
    """
    lines = text.splitlines()
    width = max(map(len, lines), default=0)
    if width not in WRAP_WIDTHS:
        return 0
    inner = [(one, two) for one, two in pairwise(lines) if one.strip() and two.strip()]
    wrapped = sum(_is_wrapped(one, two, width) for one, two in inner)
    return width if wrapped >= max(3, len(inner) / 2) else 0


def _is_wrapped(line: str, following: str, width: int) -> bool:
    first = following.split(maxsplit=1)[0]
    return len(line.rstrip("\r\n")) + 1 + len(first) > width and not _BULLET.match(following.lstrip())


def split(text: str, narrative: str, paragraph: Span) -> list[Span]:
    """Returns the sentences of a paragraph, without the white space around them; none without a letter or digit.

    They are disjoint, and every character but white space belongs to one. A quotation, blanked out in the narrative,
    stays whole with the sentence that holds it. A run of repeats (la la la ..., a ruled table) is a sentence of its
    own after its second time, so that what follows stands alone.
    """
    line = told_line(text, paragraph.start)
    whole = [paragraph] if line and line.kind != "item" else _whole_sentences(text, narrative, paragraph)
    return [part for sentence in whole for part in _parts(text, sentence)]


def split_further(text: str, sentence: Span) -> list[Span]:
    """Returns a sentence cut at the ends of those inside its quotations, where it is longer than any answer shows."""
    return [sentence] if is_run(text[sentence.start : sentence.end]) else _whole_sentences(text, text, sentence)


def _whole_sentences(text: str, narrative: str, paragraph: Span) -> list[Span]:
    ends = (m.end() for m in _STOP.finditer(narrative, paragraph.start, paragraph.end) if _ends(text, narrative, m))
    found: list[Span] = []
    has_words = False
    for start, end in pairwise([paragraph.start, *ends, paragraph.end]):
        more = any(map(str.isalnum, text[start:end]))
        if found and not (more and has_words):
            found[-1] = Span(found[-1].start, end)
        else:
            found.append(Span(start, end))
        has_words = has_words or more
    return [stripped(text, span.start, span.end) for span in found if text[span.start : span.end].strip()]


def is_run(text: str) -> bool:
    """Tells whether a sentence only repeats a few characters or words, so that it says nothing."""
    run = _RUN.match(text) if len(text) >= _SHORTEST_RUN else None
    return run is not None and len(run[0]) + len(run[1]) >= len(text)


def stripped(text: str, start: int, end: int) -> Span:
    """Returns a span without the white space at its ends."""
    piece = text[start:end]
    return Span(start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip()))


def _parts(text: str, sentence: Span) -> list[Span]:
    """The parts of a sentence of any length: its runs of repeats apart, the rest cut at a blank."""
    if sentence.end - sentence.start <= MAX_QUOTATION:
        return [sentence]
    cuts = [sentence.start]
    for run in _RUN.finditer(text, sentence.start, sentence.end):
        if run.end() - run.start() >= _SHORTEST_RUN and not _STOP_WITHIN.search(2 * run[1]):
            cuts += [run.start() + _KEPT_OF_RUN * len(run[1]), _run_end(text, run, sentence.end)]
    bounds = [at for start, end in pairwise([*cuts, sentence.end]) for at in (start, *_blanks(text, start, end))]
    pieces = pairwise([*bounds, sentence.end])
    return [stripped(text, start, end) for start, end in pieces if text[start:end].strip()]


def _run_end(text: str, run: re.Match[str], end: int) -> int:
    """Where a run of repeats ends, with the beginning of another one."""
    at, length = run.end(), len(run[1])
    while at < end and text[at] == text[at - length]:
        at += 1
    return at


def _blanks(text: str, start: int, end: int) -> Iterator[int]:
    """Where to cut a stretch without ends of sentences into pieces of bounded length."""
    while end - start > MAX_SENTENCE:
        blank = text.rfind(" ", start + 1, start + MAX_SENTENCE)
        start = blank if blank > 0 else start + MAX_SENTENCE
        yield start


def _ends(text: str, narrative: str, stop: re.Match[str]) -> bool:
    """Tells whether a sentence ends with a stop."""
    mark = stop.group()
    if mark[0] in "。！？":
        return True
    opening = _OPENING.match(narrative, stop.end())
    if not opening or (opening["first"].islower() and not _ADDRESS.match(narrative, opening.start("first"))):
        return False
    if _in_brackets(narrative, stop.end()):
        return False
    if mark == BLANK:
        inside = text[max(0, stop.end() - _CLOSING_REACH) : stop.end()].rstrip(f"{MARKS}) ")
        if inside.endswith("."):
            return not _INITIALS.search(inside[:-1])
        behind = re.findall(r"[\w’'-]+|[^\w\s]", narrative[stop.end() : stop.end() + 2 * _REACH])[:_SAYING_NEAR]
        is_said = not CUES.keys().isdisjoint(map(str.lower, behind))  # "Really?" Lee asked.
        return not is_said and inside.endswith(("!", "?", "…"))
    return mark.rstrip(")]’'”\"»") != "." or not _abbreviates(narrative, stop.start(), opening.start("first"))


def _in_brackets(narrative: str, at: int) -> bool:
    """Tells whether brackets that are not long stand around a place."""
    before, after = narrative[max(0, at - _BRACKETS) : at], narrative[at : at + _BRACKETS]
    closing = after.find(")")
    return before.rfind("(") > before.rfind(")") and closing >= 0 and not set("(\n") & set(after[:closing])


def _abbreviates(narrative: str, at: int, following: int) -> bool:
    """Tells whether a full stop belongs to what it follows: an abbreviation, initials, the number of a list."""
    before = narrative[max(0, at - _REACH) : at]
    opens = _OPENER.match(narrative, following) and not _DASH.match(narrative, at + 1)
    if _INITIALS.search(before):
        return not (opens and _ACRONYM.search(before))
    if any(abbreviation.search(before) and word.match(narrative, at + 1) for abbreviation, word in _TOGETHER):
        return True
    if listed := _LISTED.search(before):  # no number of a list: on Jan. 5. | She left
        sentence = before[: listed.start("stop")] if listed["stop"] else ""
        return not _is_abbreviation(sentence, before_number=True)
    if _is_abbreviation(before, "abbreviations_behind_names"):
        return not opens
    return _is_abbreviation(before, before_number=narrative[following].isdigit())


def _is_abbreviation(before: str, *lists: str, before_number: bool = False) -> bool:
    word = _LAST_WORD.search(before[-_LONGEST_ABBREVIATION:])
    if not word:
        return False
    if before_number and word[0].lower() in lexicon.words("abbreviations_before_numbers"):
        return True
    return word[0].lower() in lexicon.words(*(lists or _ABBREVIATIONS)) and (
        word[0][0].isupper() or word[0] in {"v", "vs"}
    )


@dataclass(frozen=True)
class Document:
    """A text with what stands in it, all of it spans of the text in order.

    `document(text)` shares one between those who read the same text.
    """

    text: str

    @cached_property
    def paragraphs(self) -> list[Span]:
        return paragraphs(self.text)

    @cached_property
    def quotations(self) -> list[Quotation]:
        found = [
            quotation
            for span, following in pairwise([*self.paragraphs, None])
            if span
            for goes_on in [following is not None and self.text[following.start] in MARKS]
            for quotation in paired(self.text, span, goes_on=goes_on)
        ]
        return [q for q in found if self.text[q.start : q.end].strip(f"{MARKS} ") and not is_nickname(self.text, q)]

    @cached_property
    def narrative(self) -> str:
        """The text with every quotation blanked out, offset for offset."""
        pieces, at = [], 0
        for quotation in self.quotations:
            pieces += [self.text[at : quotation.start], BLANK * (quotation.end - quotation.start)]
            at = quotation.end
        return "".join([*pieces, self.text[at:]])

    @cached_property
    def sentences(self) -> list[Span]:
        """The sentences, a quotation whole with the one that holds it, however long it is."""
        return [span for paragraph in self.paragraphs for span in split(self.text, self.narrative, paragraph)]

    @cached_property
    def excerpts(self) -> list[Span]:
        """The sentences as they may be cited: what is longer than any answer shows, or quoted without end, is cut."""
        return [
            excerpt
            for sentence in self.sentences
            for excerpt in (
                split_further(self.text, sentence)
                if sentence.end - sentence.start > MAX_QUOTATION
                or any(quotation.open for quotation in self.quotations_in(sentence))
                else [sentence]
            )
        ]

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """The words with their lemmas, those of a hyphenated one apart."""
        return words(self.text)

    @cached_property
    def names(self) -> list[Span]:
        """The capitalised names, with the titles before them."""
        return names(self.text)

    @cached_property
    def figures(self) -> list[Figure]:
        """The numbers by their value, those of dates as well."""
        from retrieval.text.numbers import figures

        return figures(self.text)

    @cached_property
    def dates(self) -> list[Moment]:
        """The dates as far as they are written; `moments` tells what "Tuesday" means on a day."""
        from retrieval.text.dates import moments

        return moments(self.text)

    def quotations_in(self, span: Span) -> list[Quotation]:
        first, last = (
            bisect_left(self.quotations, at, key=lambda quotation: quotation.start) for at in (span.start, span.end)
        )
        return self.quotations[first:last]

    def excerpts_in(self, span: Span) -> list[Span]:
        """Returns the excerpts that overlap a span, whole."""
        first = bisect_left(self.excerpts, span.start + 1, key=lambda excerpt: excerpt.end)
        last = bisect_left(self.excerpts, span.end, key=lambda excerpt: excerpt.start)
        return self.excerpts[first:last]


def document(text: str) -> Document:
    """Returns the document of a text, the same one while it is in use."""
    return _short(text) if len(text) <= _SHORT else _long(text)


_SHORT = 50_000  # characters: what is kept of a text takes fifty times its memory
_short, _long = lru_cache(maxsize=64)(Document), lru_cache(maxsize=2)(Document)


def sentences(text: str, span: Span | None = None) -> list[Span]:
    """Returns the sentences of a text or of a stretch of it as they may be cited, in order, without white space around.

    They are disjoint, and every character but white space belongs to one. A paragraph ends a sentence. A quotation
    stays whole with the sentence that holds it, unless it is longer than any answer shows.
    """
    if span is None:
        return document(text).excerpts
    clipped = ((max(s.start, span.start), min(s.end, span.end)) for s in document(text).excerpts_in(span))
    return [stripped(text, start, end) for start, end in clipped if text[start:end].strip()]


def sentences_holding(text: str, parts: Sequence[Span]) -> list[Span]:
    """Returns those of a text's sentences that overlap some spans."""
    held = {excerpt.start: excerpt for part in parts for excerpt in document(text).excerpts_in(part)}
    return [held[start] for start in sorted(held)]


_TOKEN = re.compile(
    rf"""{BLANK}+
    |(?:[A-Z]\.)+(?!\w)
    |(?:{lexicon.alternatives("title_abbreviations")}|jr|sr)\.
    |\b(?:I|he|she|they|we|you|it|who|that|there|here|what)(?=[’'](?:s|d|ll|re|ve|m)\b)
    |[’'](?:s|d|ll|re|ve|m)\b
    |[^\W_]+(?:[-’'.&][^\W_]+)*[’']?
    |[“"‘][^\W\d_]+[”"’](?=\s[A-Z])
    |---?
    |\S""",
    re.VERBOSE | re.IGNORECASE,
)
_DATELINE = re.compile(
    r"[A-Z][\w.,’' -]{1,40}\([A-Z][\w. /]{1,20}\)\s?[–—-]{1,2}\s+"  # New York (AFP) –
    r"|\d{1,2}[.:]\d\d(?:\s?[ap]\.?m\b\.?)?(?:\s[A-Z]{2,4}\b)?(?:\s?[|–—:-])?\s+(?=[^\W\d_])"  # 12:55pm ET
)
_LONGEST = 400  # tokens of a sentence that are read; what is longer is no prose


@dataclass(frozen=True, slots=True)
class Token:
    text: str
    start: int
    end: int

    @property
    def lower(self) -> str:
        return self.text.lower().replace("’", "'")

    @property
    def quoted(self) -> bool:
        return self.text[0] == BLANK

    @property
    def word(self) -> bool:
        return self.text.strip('“"‘')[:1].isalnum()  # of a quotation only a nickname is left: Robert “Bob” Lee

    @property
    def capital(self) -> bool:
        return self.text[0].isupper() and self.lower not in DAYS_AND_MONTHS


def tokens(narrative: str, span: Span) -> list[Token]:
    """Those of a sentence of a narrative, in which quotations are blanked out; an agency's dateline is left out."""
    dateline = _DATELINE.match(narrative, span.start, span.end)
    found = _TOKEN.finditer(narrative, dateline.end() if dateline else span.start, span.end)
    return [Token(m.group(), m.start(), m.end()) for m in islice(found, _LONGEST)]
