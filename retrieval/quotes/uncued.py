"""Who said what no word of saying covers: quotations by where they stand, headlines and transcripts by labels. Pure."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from retrieval.quotes.attributions import attributions
from retrieval.quotes.clauses import Sentence
from retrieval.quotes.composing import Attribution, composed
from retrieval.text.document import Document, document, stripped
from retrieval.text.names import (
    LABELLED,
    SIGNED,
    TITLES,
    as_name,
    core_name,
    may_be_person,
    names,
    spelled_as_name,
    surname,
)
from retrieval.text.quotation_marks import BLANK, MARKS
from retrieval.text.tables import bullet_end
from retrieval.text.transcripts import (
    SpokenTurn,
    asks_for_name,
    initials,
    is_answer_label,
    is_part,
    is_question_label,
    turns,
    unlabelled_exchanges,
)
from retrieval.text.words import (
    ADVERBIAL_OPENERS,
    AUXILIARIES,
    CLAUSE_WORDS,
    COORDINATORS,
    DETERMINERS,
    SUBJECT_PRONOUNS,
)
from retrieval.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from retrieval.quotes.clauses import Range
    from retrieval.quotes.coreference import People
    from retrieval.types import Article, Quote

_UTTERANCE_SPACES = 2
_PHRASE_SPACES = 3  # shorter fragments are as likely scare quotes
_DASHES = frozenset({"-", "–", "—", "―", "--"})
_OPENINGS = frozenset({"", "The", "US"})  # what may stand before the title of whom a sentence presents
_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_NO_VERBS = ADVERBIAL_OPENERS | CLAUSE_WORDS | AUXILIARIES | DETERMINERS | SUBJECT_PRONOUNS | COORDINATORS
_ORDINARY_CASE = 0.5  # of a headline's words: with more capitals it is written in title case
_SHORT = 4  # letters


@dataclass(frozen=True, slots=True)
class Uncued:
    """A quotation without a word of saying: the token `at` of a sentence of a text, whose people are known."""

    text: str
    people: People
    sentence: Sentence
    at: int

    @property
    def content(self) -> Span:
        return self.sentence.chars((self.at, self.at + 1))

    @property
    def inside(self) -> str:
        return self.text[self.content.start : self.content.end].strip(f"{MARKS} ")

    @property
    def is_alone(self) -> bool:
        """Whether its sentence has no word beside quotations."""
        return not any(token.word for token in self.sentence.tokens)

    @property
    def is_utterance(self) -> bool:
        """Whether it is a sentence of its own: it begins with a capital and has three words."""
        return self.inside[:1].isupper() and self.inside.count(" ") >= _UTTERANCE_SPACES

    @property
    def is_closed(self) -> bool:
        """Whether it ends as words do that their speaker follows: “We stay,” Lee smiled."""
        return self.sentence.at(self.at + 1) == "," or self.inside.endswith((",", "!", "?"))

    @property
    def is_phrase(self) -> bool:
        return self.text.count(" ", self.content.start, self.content.end) >= _PHRASE_SPACES

    @property
    def is_sentence(self) -> bool:
        """Whether it is an utterance that no word of its sentence leads into."""
        before = self.at - 1
        leads = self.sentence.is_word(before) and not self.sentence.at(before).endswith(".")
        return self.is_utterance and not leads


def attributed(
    quotation: Uncued, said: Sequence[Attribution], before: Sentence | None, going_on: Attribution | None
) -> Attribution | None:
    """Returns the quotation with its speaker; None where nobody is told, as for a scare quote.

    Args:
        quotation: which.
        said: what its sentence attributes, in order.
        before: the sentence before, if it may lead in what is quoted.
        going_on: what was said last, if its speaker may go on here.
    """
    if before and quotation.at == 0 and before.ends_in_colon:
        return _led_in(quotation, before)
    if quotation.is_alone:
        return _continued(quotation, going_on) or _led_in(quotation, before)
    return _among_words(quotation, said, going_on if before else None)


def _among_words(quotation: Uncued, said: Sequence[Attribution], going_on: Attribution | None) -> Attribution | None:
    """The same by what stands beside it: by the words said before it, by names and marks, else by who spoke last."""
    if said and quotation.is_sentence:
        return _continued(quotation, said[-1])
    if speaker := _signed(quotation) or _tagged(quotation) or _introduced(quotation) or _presented(quotation):
        return Attribution(quotation.sentence.chars(speaker), None, (quotation.content,))
    return _continued(quotation, going_on) if quotation.is_phrase else None


def _continued(quotation: Uncued, last: Attribution | None) -> Attribution | None:
    """The words go on with what was said last."""
    return last and replace(last, cue=None, content=(quotation.content,))


def _led_in(quotation: Uncued, before: Sentence | None) -> Attribution | None:
    """Said by whom the sentence before is about: Lee continued: | "..."."""
    if before is None:
        return None
    speaking = [speaker for cue in reversed(before.cues) if (speaker := before.speaker(cue))]
    lead = speaking[0][0] if speaking else before.first_phrase(len(before))
    named = lead and _names(quotation.people, before, lead)
    return Attribution(before.chars(lead), None, (quotation.content,)) if lead and named else None


def said_below(before: Sentence, people: People) -> Attribution | None:
    """Returns who says what follows a sentence that ends so: "Lee said:"; its content is still to be given."""
    if not before.ends_in_colon:
        return None
    saying = [
        (speaker[0], (cue.start, cue.end))
        for cue in before.cues
        if cue.frame in {"say", "tell"} and (speaker := before.speaker(cue))
    ]
    subject, verb = next(reversed(saying), None) or _of_one_verb(before) or (None, (0, 0))
    if subject is None or not _names(people, before, subject):
        return None
    return before.attribution(subject, verb, [subject], verbatim=True)


def _of_one_verb(before: Sentence) -> tuple[Range, Range] | None:
    """The subject and the verb of a sentence that tells no more than how somebody begins: Lee objected: | ..."""
    at = len(before) - 2  # a colon ends it
    subject = before.phrase_before(at) if before.at(at).endswith("ed") else None
    return (subject, (at, at + 1)) if subject and subject[0] == 0 else None


def without_block_mark(text: str, paragraph: Span) -> Span:
    """Returns a paragraph without the mark of a block quotation before it, as Markdown has it: "> We stay."."""
    return stripped(text, paragraph.start + text.startswith(">", paragraph.start), paragraph.end)


def may_be_said(read: Document, paragraph: Span) -> bool:
    """Tells whether a paragraph may be somebody's words without marks: no item of a list, no quotation, no report."""
    is_marked = read.narrative[paragraph.start] == BLANK or bullet_end(read.text, paragraph.start) > paragraph.start
    if is_marked or not read.text[paragraph.start : paragraph.end].endswith((".", "!", "?", "…")):
        return False
    sentence = Sentence(read.narrative, paragraph)
    return not any(
        sentence.capital(phrase[0][1] - 1) and phrase[0][1] - phrase[0][0] > 1
        for cue in sentence.cues
        if cue.frame == "say" and (phrase := sentence.speaker(cue))
    )


def _signed(quotation: Uncued) -> Range | None:
    """The name behind a quotation and a dash: "..." - Ann Lee."""
    sentence = quotation.sentence
    if quotation.at > 0 or sentence.at(1) not in _DASHES:
        return None
    named = quotation.people.within(sentence.chars((1, len(sentence))))
    return (2, len(sentence)) if named and named[0].span.start == sentence.tokens[2].start else None


def _tagged(quotation: Uncued) -> Range | None:
    """The name behind a quotation, or behind a verb after it that no list has: "...," Lee smiled; "...," barked Lee."""
    sentence, start = quotation.sentence, 1 + (quotation.sentence.at(1) == ",")
    word = sentence.at(start)
    if quotation.at > 0 or not quotation.is_closed or word.endswith("ing"):  # “The Long Winter,” starring Lee
        return None
    phrase = sentence.phrase_after(start)
    if phrase is None or not _is_named(quotation, phrase):
        return None
    is_verb = not sentence.capital(start) and word not in _NO_VERBS and not sentence.is_word(phrase[1])
    return (start + 1, phrase[1]) if is_verb and quotation.is_utterance else phrase


def _introduced(quotation: Uncued) -> Range | None:
    """The subject of a clause that leads to a quotation by a comma or colon: Lee shook his head: "Never."."""
    sentence, mark = quotation.sentence, quotation.sentence.at(quotation.at - 1)
    if mark not in {",", ":"} or not quotation.is_utterance:
        return None
    label = sentence.phrase_before(quotation.at - 1) if mark == ":" else None
    start, end = label or (0, 0)
    sources = [(at + 1, end) for at in range(start, end - 1) if sentence.lower[at] in {"from", "with"}]
    phrases = (*sources[:1], sentence.first_phrase(quotation.at), label)  # "More from Lee:", "Interview with Lee:"
    return next((phrase for phrase in phrases if phrase and _is_named(quotation, phrase)), None)


def _presented(quotation: Uncued) -> Range | None:
    """The person whom a sentence presents first of all, by title and full name: Mayor Ann Lee fumed at “liars”."""
    sentence = quotation.sentence
    first = next(iter(quotation.people.within(Span(sentence.span.start, quotation.content.start))), None)
    if first is None or first.possessive or first.core == first.text or " " not in first.core:
        return None
    opening = quotation.text[sentence.span.start : first.span.start].strip()
    end = sum(token.end <= first.span.end for token in sentence.tokens)
    return (0, end) if opening in _OPENINGS else None


def _is_named(quotation: Uncued, phrase: Range) -> bool:
    return _names(quotation.people, quotation.sentence, phrase)


def _names(people: People, sentence: Sentence, phrase: Range) -> bool:
    """Whether a phrase is a pronoun or has a name in it."""
    alone = phrase[1] - phrase[0] == 1 and sentence.lower[phrase[0]] in SUBJECT_PRONOUNS
    return alone or bool(people.within(sentence.chars(phrase)))


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
        return people.named(mention) or as_name(mention)

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

    def small(match: re.Match[str]) -> str:
        word, lower = match.group(), match.group().lower()
        return word if people.names_word(word) or len(lower) != len(word) else lower

    return _WORD.sub(small, narrative)


_LONGEST_ACRONYM = 4  # letters


class Conversation:
    """The turns of an article that is a transcript or an interview; any other article has none."""

    def __init__(self, article: Article) -> None:
        self._text, self._title, self._byline = article.text, article.title, article.byline or ""
        self._turns = turns(article.text, f"{self._title}\n{self._byline}") or self._answers()
        self._spoken = sorted((span.start, span.end) for turn in self._turns for span in turn.words)

    def covers(self, span: Span) -> bool:
        """Tells whether a sentence is of what somebody says here, label and all."""
        last = bisect_right(self._spoken, (span.end, 0)) - 1
        return last >= 0 and self._spoken[last][1] > span.start

    @property
    def said(self) -> list[Attribution]:
        """The turns as attributions."""
        return [Attribution(turn.label, None, turn.words, verbatim=True) for turn in self._turns]

    @cached_property
    def names(self) -> dict[Span, str]:
        """Whom each label means."""
        return {turn.label: self._name(turn) for turn in self._turns}

    @cached_property
    def roles(self) -> dict[str, str]:
        """By name, the role that a label gives: "Port Commissioner"."""
        written = {self.names[turn.label]: self._slice(turn.role) for turn in self._turns if turn.role}
        return {name: role.title() if role.isupper() else role for name, role in written.items()}

    def _slice(self, span: Span) -> str:
        return self._text[span.start : span.end]

    def _name(self, turn: SpokenTurn) -> str:
        label = self._slice(turn.label)
        if part := self._in_part(label):
            return part
        name = _spelled(label)
        same = [
            full
            for full in self._full
            if name.casefold() in map(str.casefold, (full, surname(full.split()), initials(full)))
        ]
        is_acronym = label.isupper() and len(label) <= _LONGEST_ACRONYM and name not in self._text
        return max(same, key=self._full.__getitem__, default=label if is_acronym else name)

    @cached_property
    def _full(self) -> Counter[str]:
        """The names of two words or more in the title, byline, labels and text, each with how often it stands there."""
        labels = {_spelled(self._slice(turn.label)) for turn in self._turns}
        elsewhere = [name for text in (self._text, self._title, self._byline) for name in _people(text)]
        return Counter([*(label for label in labels if " " in label), *elsewhere])

    @cached_property
    def _interviewed(self) -> str | None:
        """Who is asked for a name; else whom the title or the introduction names most; else who only tells a name."""
        if asked := self._asked_for_name():
            return asked
        if presented := self._presented(self._turns[0].label.start):
            return presented
        told = (self._slice(turn.words[0]).strip(" .") for turn in self._turns)
        return next((words for words in told if words in self._full), None)

    def _presented(self, end: int) -> str | None:
        """Whom the title, or else the text up to a place, names most beside the author."""
        intro = self._text[:end]
        for text in (self._title, intro):
            found = Counter(name for name in _people(text) if name not in self._byline)
            if found:
                return max(found, key=lambda name: intro.count(surname(name.split())))
        return None

    def _answers(self) -> tuple[SpokenTurn, ...]:
        """The answers to questions that stand between them without labels, of whom the introduction names."""
        asked = unlabelled_exchanges(self._text)
        end = asked[0].question.start if asked else 0
        name = self._presented(end) if asked else None
        for written in (name, surname(name.split())) if name else ():
            start = self._text.find(written, 0, end)
            if start >= 0:
                return tuple(SpokenTurn(Span(start, start + len(written)), None, one.answer) for one in asked)
        return ()

    def _asked_for_name(self) -> str | None:
        """The name that is all of what somebody answers who is asked for it: "State your name." "Ann Lee."."""
        for before, turn in pairwise(self._turns):
            name = self._slice(turn.words[0]).strip(" .")
            if name in self._full and asks_for_name(self._slice(before.words[-1])):
                return name
        return None

    def _in_part(self, label: str) -> str | None:
        """Who asks, answers or has another part in the conversation; None for the label of somebody by name."""
        if is_question_label(label):
            return next(iter(_people(self._byline)), "interviewer")
        if is_answer_label(label):
            return self._interviewed or "interviewee"
        return (self._behind_part(label) or label.lower()) if is_part(label) else None

    def _behind_part(self, part: str) -> str | None:
        """The name that stands behind a part somewhere: the host, Ann Lee."""
        bare = part.lower().removeprefix("the ")
        before = re.compile(rf"\b{re.escape(bare)},?\s$", re.IGNORECASE)
        for text in (self._title, self._text):
            for span in document(text).names:
                name = core_name(text[span.start : span.end])
                start = span.end - len(name)
                if " " in name and before.search(text[max(0, start - len(bare) - 3) : start]):
                    return name
        return None


def _spelled(label: str) -> str:
    """A label as a name without titles, or as a title that stands for its holder."""
    name = spelled_as_name(label) if label.isupper() else label
    return core_name(name) or name


def _people(text: str) -> list[str]:
    """The names of two words or more in a text that may be a person's, without titles, in order."""
    cores = [core_name(text[span.start : span.end]) for span in names(text)]
    return [core for core in cores if " " in core and may_be_person(core.split()) and not core.isupper()]
