"""The nouns of Byline, as frozen records, and the protocols between its parts.

Offsets count code points. Scores are higher for better, everywhere. Spans are half open: `text[start:end]`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    import numpy as np
    from numpy.typing import NDArray


Field = Literal["text", "title", "byline", "published"]
Mode = Literal["reader", "writer"]
QuoteKind = Literal["direct", "indirect", "mixed", "attitude"]
QuotedField = Literal["text", "title"]
# Days outside of these are none: programs write 0001-01-01 and 9999-12-31 for no date, and what is a year before or
# after them is in no calendar.
EARLIEST, LATEST = dt.date(1000, 1, 1), dt.date(2999, 12, 31)


@dataclass(frozen=True, slots=True)
class Article:
    """One news text.

    `text` is the source's text, unaltered but for decoding, the byte order mark and line ends. What the source does not
    tell is None, never guessed. `published` is an ISO 8601 date or date and time, as the source gives it, and `updated`
    one after it; `dated_by` is "address" where the day was read from the page's address alone. `source` is the path
    or address it was read from, `fetched` when, in UTC, and `page_hash` the SHA-256 of the bytes that came.
    """

    id: str
    title: str
    text: str
    byline: str | None = None
    publisher: str | None = None
    published: str | None = None
    url: str | None = None
    source: str | None = None
    updated: str | None = None
    dated_by: str | None = None
    fetched: str | None = None
    page_hash: str | None = None

    @property
    def published_on(self) -> dt.date | None:
        day = dt.date.fromisoformat(self.published[:10]) if self.published else None
        return day if day and EARLIEST <= day <= LATEST else None


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of an article's text: `article.text[start:end]`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences of one article: `article.text[start:end] == text`. The unit that is embedded."""

    start: int
    end: int
    text: str


class PassageRef(NamedTuple):
    """A passage as the indexes know it. `key` names one revision of one article in one library, and is never reused."""

    key: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Quote:
    """Words attributed to a speaker, each part a span of one field of the article.

    Attributes:
        speaker: the mention, as written ("he", "Blinken", "the Kremlin").
        name: who that is, resolved as far as the article allows ("Antony Blinken").
        cue: the verb or phrase of saying; None where there is none, as in a quotation that runs on.
        content: what was said, with its quotation marks where it has them: several spans, in order, where the cue or a
            paragraph's end parts it.
        denied: whether the article says that the speaker did not say so ("did not say that ...").
        kind: "direct" for the very words, "mixed" for a report with some of them in quotation marks, "indirect" for a
            report, "attitude" for what somebody is said to hold, want or do, without a word of saying.
        description: who the speaker is, in the article's words ("US Secretary of State").
    """

    speaker: Span
    name: str
    cue: Span | None
    content: tuple[Span, ...]
    kind: QuoteKind
    denied: bool = False
    description: str | None = None
    field: QuotedField = "text"

    @property
    def start(self) -> int:
        return self.content[0].start

    @property
    def end(self) -> int:
        return self.content[-1].end


@dataclass(frozen=True, slots=True)
class StoredQuote:
    """A quotation with its article; `key` names the article's revision.

    `around` are the quotations of other speakers close before it, in whose words it may stand, where they were looked
    for.
    """

    library: str
    key: int
    article: Article
    quote: Quote
    around: tuple[Quote, ...] = ()

    @property
    def field_text(self) -> str:
        """The whole text of the field that it stands in."""
        return self.article.title if self.quote.field == "title" else self.article.text

    @property
    def text(self) -> str:
        """What was said, verbatim, " … " between the parts of a quotation that its speaker parts."""
        return " … ".join(map(self.slice, self.quote.content))

    @property
    def mention(self) -> str:
        """The speaker, as written."""
        return self.slice(self.quote.speaker)

    @property
    def cue(self) -> str:
        """The words of saying, as written; empty where there are none."""
        return self.slice(self.quote.cue) if self.quote.cue else ""

    def slice(self, span: Span) -> str:
        """The words of a span of its field."""
        return self.field_text[span.start : span.end]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found: `article.text[start:end]`, sliced from the article as it is stored now.

    `score` is the fused score. `dense` is a cosine similarity in -1..1 and `lexical` a BM25 score, None where that
    search did not return the passage; the ranks count from 1. `cluster` names the articles that carry the article's
    text, once they are known.
    """

    library: str
    article: Article
    start: int
    end: int
    score: float
    dense: float | None = None
    dense_rank: int | None = None
    lexical: float | None = None
    lexical_rank: int | None = None
    cluster: int | None = None

    @property
    def text(self) -> str:
        return self.article.text[self.start : self.end]

    @property
    def witness(self) -> Hashable:
        """What is one source, however many articles carry its text: the cluster, or else the article."""
        return self.cluster or (self.library, self.article.id)


class Repeat(NamedTuple):
    """Another article that carries the text of a cited one."""

    library: str
    article_id: str
    title: str
    publisher: str | None
    published: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class Citation:
    """Number `n` of an answer: the exact words of one field of one article.

    `also_in` are other articles with the same text, which hold these words as well.
    """

    number: int
    library: str
    article: Article
    field: Field
    start: int
    end: int
    also_in: tuple[Repeat, ...] = ()

    @property
    def quote(self) -> str:
        value: str | None = getattr(self.article, self.field)
        return (value or "")[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer and the numbers of the citations that support it."""

    text: str
    citations: tuple[int, ...] = ()

    @property
    def markers(self) -> str:
        """How its text shows what supports it: "[1][3]" for 1 and 3."""
        return "".join(f"[{number}]" for number in self.citations)


@dataclass(frozen=True, slots=True)
class Trace:
    """How an answer came about: for `byline ask --explain`, the measures and the next turn, never for what is said.

    Attributes:
        hits: what was read, best first; of a refusal the first ones are the nearest.
        why: one line each on how the answer was chosen.
        timings_ms: milliseconds by step, and in "total".
        dropped: how many sentences of a chat model were left out, since the articles did not support them.
    """

    hits: tuple[Hit, ...] = ()
    why: tuple[str, ...] = ()
    timings_ms: dict[str, float] = field(default_factory=dict)
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class _Said:
    """What all kinds of answers have.

    Attributes:
        question: as it was asked.
        standalone_question: as it is understood without the conversation.
        statements: what is said, a sentence each; none in a refusal.
        citations: what supports the statements, by number.
        note: a line that goes before the statements and is none: what became of a quotation that was asked about, or
            why there is no answer.
        confidence: in 0..1, that the statements answer the question.
        total: how many statements there are, where `statements` holds only the first.
    """

    question: str
    standalone_question: str
    statements: tuple[Statement, ...] = ()
    citations: tuple[Citation, ...] = ()
    note: str | None = None
    confidence: float = 0.0
    total: int = 0
    trace: Trace = field(default=Trace(), kw_only=True)

    @property
    def answered(self) -> bool:
        return bool(self.statements)

    @property
    def mode(self) -> Mode:
        """Who chose the words: the reader, which shows those of the articles, or a writer."""
        return "reader"

    @property
    def short(self) -> str | None:
        """The few words of a statement that answer alone, where there are any."""
        return None

    @property
    def text(self) -> str:
        """The note, then the statements with their [n] markers."""
        marked = (f"{statement.text} {statement.markers}".strip() for statement in self.statements)
        return " ".join(filter(None, (self.note, *marked)))


@dataclass(frozen=True, slots=True)
class Extract(_Said):
    """An answer in the articles' own sentences. `short` is an exact span of a cited sentence."""

    short: str | None = None
    kind: Literal["extract"] = "extract"


@dataclass(frozen=True, slots=True)
class QuotationList(_Said):
    """What somebody said, newest article first: all of it, or what is on a topic."""

    speaker: str | None = None
    topic: str | None = None
    kind: Literal["quotations"] = "quotations"


@dataclass(frozen=True, slots=True)
class Chronology(_Said):
    """What happened in a story, in order of time: each statement is a day and a sentence of its reports."""

    kind: Literal["chronology"] = "chronology"


@dataclass(frozen=True, slots=True)
class Prose(_Said):
    """An answer that a chat model wrote, of which only what the articles support is here."""

    short: str | None = None
    kind: Literal["prose"] = "prose"

    @property
    def mode(self) -> Mode:
        return "writer"


@dataclass(frozen=True, slots=True)
class SmallTalkReply(_Said):
    """A reply to a greeting and the like, which needs no citation, or a list of the articles there are."""

    kind: Literal["small talk"] = "small talk"


@dataclass(frozen=True, slots=True)
class Refusal(_Said):
    """No answer, since the articles do not hold one; `note` may say why."""

    mode: Mode = "reader"
    kind: Literal["refusal"] = "refusal"

    @property
    def text(self) -> str:
        return " ".join(filter(None, ("The articles do not say.", self.note)))


Answer = Extract | QuotationList | Chronology | Prose | SmallTalkReply | Refusal


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of a conversation, as asked, with its answer (which holds the standalone question)."""

    question: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles count: published in `since`..`until` (both included), from `source` (publisher, host or path)."""

    since: dt.date | None = None
    until: dt.date | None = None
    source: str | None = None

    def __bool__(self) -> bool:
        return any((self.since, self.until, self.source))


@dataclass(frozen=True, slots=True)
class Focus:
    """What a conversation was about when a question was asked.

    Attributes:
        articles: library and id of those that the last answer with sources cites, in its order.
        names: whom and what the question names, or else the last question that did: what answers is about all of them.
    """

    articles: tuple[tuple[str, str], ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked, when, in which conversation, and of which libraries.

    A standalone question has no history; what it leaves of it is its focus. It is asked on a day of `EARLIEST` to
    `LATEST`, the nearest to what is given.

    `libraries` has no default: whoever asks must say what may be searched. `last_told` is when who asks was last told
    what is new; None where that is not known. `wanted` is "story" where its text names one that is to be told.
    `in_context` is a follow-up as it was typed, below the turns before it; None for a question that stands alone.
    """

    text: str
    libraries: tuple[str, ...]
    wanted: Literal["answer", "story"] = "answer"
    asked: dt.date = field(default_factory=dt.date.today)
    history: tuple[Turn, ...] = ()
    filters: Filters = Filters()
    last_told: dt.datetime | None = None
    focus: Focus = Focus()
    in_context: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", encodable(self.text))
        object.__setattr__(self, "asked", min(max(self.asked, EARLIEST), LATEST))


def encodable(text: str) -> str:
    """Returns the text with a question mark for each lone surrogate, which no index, tokenizer or socket takes.

    Bytes that were no UTF-8 reach a program as such.
    """
    return text.encode(errors="replace").decode()


class Encoder(Protocol):
    """Texts to unit vectors, whose dot product is the cosine similarity."""

    @property
    def fingerprint(self) -> str:
        """Names the model's weights and precision; vectors of two fingerprints cannot be compared."""

    @property
    def window(self) -> int:
        """How many tokens of a text are read; the rest is ignored."""

    @property
    def describe(self) -> str:
        """One line for people: which model, and how it is run."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without the special ones the model adds."""

    def encode_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Shape (len(texts), dimension)."""

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Shape (len(texts), dimension). May be spread over all cores."""


class Retriever(Protocol):
    def search(self, question: Question, limit: int) -> list[Hit]:
        """The best passages for a standalone question, best first, from `question.libraries` alone."""


class Answerer(Protocol):
    def answer(self, question: Question, hits: Sequence[Hit]) -> Answer:
        """Answer a standalone question from hits, or refuse."""
