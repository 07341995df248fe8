"""Transcripts and interviews: who has the word, and each question that is put with what is answered to it. Pure.

Labels tell it ("MR. LEE: ...", "Q: ..."). Lists are written the same way ("Date: 5 May"), so labels count only where
they name people or parts in a conversation, and where what stands behind some of them speaks of "I" and "you" or asks.
Or the questions are paragraphs between the answers, mostly in bold.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import pairwise, takewhile
from operator import attrgetter
from typing import TYPE_CHECKING

from retrieval.text.boilerplate import is_boilerplate
from retrieval.text.document import document, sentences, stripped
from retrieval.text.lexicon import alternatives, words
from retrieval.text.names import TITLES, core_name, gender, may_be_person, names, surname
from retrieval.text.quotation_marks import MARKS
from retrieval.text.words import content_stems, holds_form
from retrieval.types import Span

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

_EMPHASIS = r"(?:\*\*|__|\*|_)"
_CLOCK = r"[\[(]?\d{1,2}:\d\d(?::\d\d)?(?:\.\d{1,3})?[\])]?"
_LABELLED = re.compile(
    rf"(?:>\s?|[-–—•]\s|[“\"])?(?:{_CLOCK}[\s–—-]{{0,3}})?(?:#{{1,6}}\s)?{_EMPHASIS}?"
    rf"(?:(?P<letter>[QA]){_EMPHASIS}?[.:]{_EMPHASIS}?\s+"
    r"|(?P<label>[^\W\d_][^:*_\n„“”\"«»?!()\[\]]{0,70}?)"
    rf"(?:\s?[\[(](?P<aside>[^\])\n]{{1,40}})[\])])?\s?"
    rf"(?:{_EMPHASIS}?:{_EMPHASIS}?(?:\s+{_CLOCK})?(?:\s+|$)|{_EMPHASIS}?\s{{1,3}}{_CLOCK}{_EMPHASIS}?$))"
)
_NAME_ASKED = re.compile(r"\byour (?:full )?name\b", re.IGNORECASE)
_DIRECTION = re.compile(r"\W*[\[(].{0,200}[\])]\W*", re.DOTALL)  # (CROSSTALK), [Applause]
_TO_ONE_ANOTHER = re.compile(r"\b(?:I|[Yy]ou|[Ww]e|[Uu]s|[Mm]e|[Mm]y|[Oo]ur|[Yy]our|[Yy]es|[Tt]hank|[Tt]hanks)\b|\?")
_OF_ONESELF = re.compile(r"\b(?:I|[Ww]e|[Mm]e|[Mm]y|[Uu]s|[Oo]ur)\b")
_NUMBERED = re.compile(r"(?:speaker|unidentified|unknown|voice|caller|guest|question|reporter)\b[\w ]{0,30}")
_PARTICLES = words("name_particles")
_NO_NAMES = words("stop_words", "thing_nouns", "group_nouns", "body_nouns", "ordinary_words")
_ASKING = words("question_labels")
_ANSWERING = words("answer_labels")
_PARTS = words("transcript_roles") | _ASKING | _ANSWERING
_FEWEST = 3  # turns with labels that nothing marks as such
_MOST_WORDS = 6  # of a label's name
_FEWEST_VOICES = 2
_TALKING = 1 / 3  # of the turns
_WHOLE = 2 / 3  # of the turns, that end as sentences do and headings do not
_ENDS = ".!?…”\"’')]—–-*"


@dataclass(frozen=True, slots=True)
class SpokenTurn:
    """The words of one speaker up to the next: a label, without the role behind its comma, and a span a paragraph."""

    label: Span
    role: Span | None
    words: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Label:
    """A label that opens a paragraph, the one at `at`; its words begin at `end`."""

    at: int
    name: Span
    role: Span | None
    end: int
    written: str
    is_marked: bool

    @property
    def key(self) -> str:
        """What the labels of one speaker share: a letter, a part, or the words of a name without its titles."""
        written = self.written
        return _plain(written) if is_part(written) else (core_name(written.title()) or written).lower()


@lru_cache(maxsize=64)
def turns(text: str, about: str = "") -> tuple[SpokenTurn, ...]:
    """Returns the turns of a transcript or interview, in order; none of any other text.

    Args:
        text: the article's text.
        about: its title and byline, whose names may stand in labels by their initials.
    """
    labels = list(_labels(text, about))
    counts = Counter(label.key for label in labels)
    if len(counts) < _FEWEST_VOICES:
        return ()
    known = _people(labels, text, about) | _askers(labels, text)
    voices = [label for label in labels if label.key in known]
    if not _is_conversation(voices, labels):
        return ()
    found = _with_words(text, [label for label in labels if label.key in known or counts[label.key] > 1])
    return found if _is_spoken(text, found) else ()


def _labels(text: str, about: str) -> Iterator[_Label]:
    for at, paragraph in enumerate(document(text).paragraphs):
        match = _LABELLED.match(text, paragraph.start, paragraph.end)
        if match is None or text[paragraph.start : paragraph.end] in about:
            continue
        start, end = max(match.span("letter"), match.span("label"))
        comma = text.find(",", start, end)
        name = stripped(text, start, comma if comma > 0 else end)
        role = stripped(text, comma + 1, end) if comma > 0 else _office(match)
        written = text[name.start : name.end]
        if is_part(written) or not _is_sentence(written):
            is_marked = written.isupper() or "*" in match[0] or role is not None
            yield _Label(at, name, role, match.end(), written, is_marked)


def _office(label: re.Match[str]) -> Span | None:
    """Returns the office in brackets behind a label: "(Minister of Health)", not "(D-OH)"."""
    is_office = not TITLES.isdisjoint((label["aside"] or "").lower().split())
    return Span(*label.span("aside")) if is_office else None


def _is_sentence(written: str) -> bool:
    """Tells whether what stands before a colon is a link's label, or no name: "In one tweet", "The good news is"."""
    first, *others = written.split()
    is_small = any(word[0].islower() and word not in _PARTICLES for word in others)
    opens = first.lower() in words("determiners", "prepositions") and bool(others[is_small:])
    return is_small or opens or written.lower() in words("link_labels")


def _askers(labels: Sequence[_Label], text: str) -> set[str]:
    """The keys behind which there are questions, mostly: an outlet that asks may stand for its reporter."""
    paragraphs, counts = document(text).paragraphs, Counter(label.key for label in labels)
    asked = Counter(label.key for label in labels if text[paragraphs[label.at].end - 1] == "?")
    return {key for key, times in asked.items() if times >= _FEWEST and 2 * times >= counts[key]}


def _is_conversation(voices: Sequence[_Label], labels: Sequence[_Label]) -> bool:
    """Tells whether labels are those of a conversation: most name people and come again, or are marked as labels."""
    counts = Counter(surname(label.key.split()) for label in voices)
    again = sum(count for count in counts.values() if count > 1)
    is_marked = all(label.is_marked for label in voices)
    name_people = len(counts) >= _FEWEST_VOICES and 2 * len(voices) >= len(labels)
    return name_people and (is_marked or 2 * again >= len(voices) >= _FEWEST)


def is_question_label(label: str) -> bool:
    """Tells whether a label stands for whoever asks: "Q", "Interviewer"."""
    return _plain(label) in _ASKING


def is_answer_label(label: str) -> bool:
    """Tells whether a label stands for whoever is interviewed: "A", "Answer"."""
    return _plain(label) in _ANSWERING


def is_part(label: str) -> bool:
    """Tells whether a label names a part in a conversation and no person: "Host", "Speaker 2", "Q"."""
    plain = _plain(label)
    return plain in _PARTS or _NUMBERED.fullmatch(plain) is not None


def is_of_oneself(text: str, span: Span) -> bool:
    """Tells whether a stretch of a text speaks of "I" or "we", and not only in what it quotes beside other words."""
    quoted = [each for each in document(text).quotations_in(span) if each.start > span.start]
    places = (match.start() for match in _OF_ONESELF.finditer(text, span.start, span.end))
    return any(not any(each.start <= place < each.end for each in quoted) for place in places)


def _plain(label: str) -> str:
    return label.strip(" .*_").lower()


def _people(labels: Sequence[_Label], text: str, about: str) -> set[str]:
    """The keys of labels that name somebody: a part, a full name, or one that the text knows.

    Initials stand for a name of the title or the introduction.
    """
    read = document(text)
    intro = f"{about}\n{text[: read.paragraphs[labels[0].at].start]}"
    full = _full_names(labels, text)
    known = {surname(key.split()) for key in full}
    known |= {initials(intro[span.start : span.end]).lower() for span in names(intro)}
    cores = (core_name(text[span.start : span.end].title()).split() for span in read.names)
    known |= {core[-1].lower() for core in cores if len(core) > 1 and may_be_person(core)}
    known |= {label.key for label in labels if is_part(label.key) or label.key.count(" ") < label.written.count(" ")}
    return full | known.intersection(map(attrgetter("key"), labels))


def _full_names(labels: Sequence[_Label], text: str) -> set[str]:
    """The keys of several words that are written as a name, have a role, or whose surname is a label, too."""
    small = frozenset(re.findall(r"(?<![\w’'-])[a-z][\w’'-]*", text))
    keys = {label.key for label in labels}
    return {
        label.key
        for label in labels
        if " " in label.key
        and (label.role or surname(label.key.split()) in keys or _is_full_name(label.written, small))
    }


def initials(name: str) -> str:
    """Returns the first letters of a name without its titles: "AL" of "Mayor Ann Lee"."""
    return "".join(word[0] for word in core_name(name).split())


def _is_full_name(written: str, small: frozenset[str]) -> bool:
    """Tells whether a label is written as a name of several words, none an ordinary one of the text."""
    words_of = [word for word in core_name(written.title()).split() if word.lower() not in _PARTICLES]
    capital = all(word[:1].isupper() for word in written.split() if word.lower() not in _PARTICLES)
    lower = {word.lower() for word in words_of}
    is_name = 1 < len(words_of) <= _MOST_WORDS and capital and may_be_person(words_of)
    return is_name and (gender(words_of[0]) is not None or not lower & (small | _NO_NAMES))


def _with_words(text: str, labels: Sequence[_Label]) -> tuple[SpokenTurn, ...]:
    """The turns with the paragraphs that go on with them.

    Where nothing marks labels and few turns have a second paragraph, and behind the last one, it has to speak of "I"
    or "we".
    """
    paragraphs = document(text).paragraphs
    is_long = labels[-1].at - labels[0].at + 1 >= 2 * len(labels)
    goes_on = is_long or all(label.is_marked for label in labels)
    found = []
    for label, end in zip(labels, [*map(attrgetter("at"), labels[1:]), None], strict=True):
        first = _without_emphasis(text, stripped(text, label.end, paragraphs[label.at].end))
        others = [span for span in paragraphs[label.at + 1 : end] if not _is_aside(text[span.start : span.end])]
        spans = [first, *others] if first.start < first.end else others
        if end is None or not goes_on:
            spans = [*spans[:1], *takewhile(partial(is_of_oneself, text), spans[1:])]
        if spans:
            found.append(SpokenTurn(label.name, label.role, tuple(spans)))
    return tuple(found)


def asks_for_name(text: str) -> bool:
    """Tells whether words in a conversation ask how somebody is called: "Please state your name for the record."."""
    return _NAME_ASKED.search(text) is not None


def _without_emphasis(text: str, words: Span) -> Span:
    """A paragraph's words without the mark that ends what its label began: "**Lee: Why now?**"."""
    mark = next((mark for mark in ("**", "__") if text.endswith(mark, words.start, words.end)), "")
    is_of_label = mark and text.count(mark, words.start, words.end) % 2
    return stripped(text, words.start, words.end - len(mark)) if is_of_label else words


def _is_aside(paragraph: str) -> bool:
    return _DIRECTION.fullmatch(paragraph) is not None or is_boilerplate(paragraph)


def _is_spoken(text: str, found: Sequence[SpokenTurn]) -> bool:
    """Tells whether turns read as speech: enough of them address somebody, and they end as sentences do."""
    talking = [turn for turn in found if any(_TO_ONE_ANOTHER.search(text, span.start, span.end) for span in turn.words)]
    whole = [turn for turn in found if text[turn.words[0].end - 1] in _ENDS]
    return len(talking) >= _TALKING * len(found) and len(whole) >= _WHOLE * len(found)


_EMPHASIS_MARKS = "*_# "
_FEWEST_QUESTIONS = 3  # questions without labels
_LONGEST = 300  # characters of such a question
_YOU = re.compile(r"\byou(?:r|rself)?\b", re.IGNORECASE)
_TAKES_DOWN = re.compile(r"\b(?:interview(?:ed)?|told) (?:by|to|with)\b", re.IGNORECASE)
_OPENING = re.compile(
    rf"(?P<word>(?:{alternatives('question_words')}))(?: (?:many|much|long|old|often|far)\b)?"
    rf"|(?P<auxiliary>{alternatives('question_auxiliaries')})\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question of an interview, and the paragraphs of what is answered to it."""

    question: Span
    answer: tuple[Span, ...]


@lru_cache(maxsize=64)
def exchanges(text: str, about: str = "") -> tuple[Exchange, ...]:
    """Returns the questions of an interview or transcript that are answered, in order; none of any other text.

    Args:
        text: the article's text.
        about: its title and byline.
    """
    if "?" not in text:
        return ()
    return tuple(
        Exchange(asked, reply.words)
        for turn, reply in pairwise(turns(text, about))
        for asked in sentences(text, turn.words[-1])[-1:]
        if text[asked.start : asked.end].endswith("?")
    ) or unlabelled_exchanges(text)


def takes_down(byline: str) -> bool:
    """Tells whether a byline names who took another's words down and is no "I" of the text: "As told to Ann Lee"."""
    return _TAKES_DOWN.search(byline) is not None


def unlabelled_exchanges(text: str) -> tuple[Exchange, ...]:
    """Returns the same where the questions are paragraphs between the answers.

    The questions have to speak to "you", and the answers of "I" or "we": else they are headings.
    """
    paragraphs = document(text).paragraphs
    asking = [at for at, span in enumerate(paragraphs) if _is_question(text, span)]
    found = [
        Exchange(_without_marks(text, paragraphs[at]), tuple(answer))
        for at, end in pairwise([*asking, None])
        if at is not None and (answer := _answer(text, paragraphs[at + 1 : end], is_last=end is None))
    ]
    to_somebody = sum(_YOU.search(text, one.question.start, one.question.end) is not None for one in found)
    of_oneself = sum(is_of_oneself(text, one.answer[0]) for one in found)
    is_interview = len(found) >= _FEWEST_QUESTIONS and 2 * min(to_somebody, of_oneself) >= len(found)
    return tuple(found) if is_interview else ()


def question_answered(text: str, about: str, at: int) -> str:
    """Returns the question of an interview that the sentence at a place answers; "" where there is none."""
    answered = (one for one in exchanges(text, about) if one.answer[0].start <= at < one.answer[0].end)
    return next((text[one.question.start : one.question.end] for one in answered), "")


def count_beyond(asked: str, put: str, known: Collection[str]) -> int | None:
    """Counts the words of content that a question put to somebody has beyond one that is asked about them.

    None where it asks for something else: for another kind of thing, or not for each word of content that is no name
    `known` (as stems) to be meant by "you".

    Example:
        "What did you learn from your teacher?" has one word beyond "What did Ann Lee learn?".
    """
    terms, there = set(content_stems(asked)) - set(known), frozenset(content_stems(put))
    is_same = _opening(asked) == _opening(put) is not None
    if not (is_same and terms and all(holds_form(term, there) for term in terms)):
        return None
    return max(0, len(there) - len(terms))


def _opening(question: str) -> str | None:
    """What a question asks for, by its first words: "how many", "when"; "" for yes or no."""
    found = _OPENING.match(question.strip(_EMPHASIS_MARKS))
    return None if found is None else "" if found["auxiliary"] else found[0].lower()


def _is_question(text: str, span: Span) -> bool:
    bare = _without_marks(text, span)
    is_short = bare.end - bare.start <= _LONGEST
    return is_short and text.endswith("?", bare.start, bare.end) and text[bare.start] not in MARKS


def _without_marks(text: str, span: Span) -> Span:
    bare = text[span.start : span.end].strip(_EMPHASIS_MARKS)
    start = text.find(bare, span.start)
    return stripped(text, start, start + len(bare))


def _answer(text: str, paragraphs: Sequence[Span], *, is_last: bool) -> list[Span]:
    """The paragraphs behind a question; behind the last one, those that go on to speak of "I" or "we"."""
    first, others = paragraphs[:1], paragraphs[1:]
    return [*first, *(takewhile(lambda span: is_of_oneself(text, span), others) if is_last else others)]
