"""Answers, their sources, articles and lists of articles as Discord messages. Pure.

An answer is text, which shows in notifications and can be copied on a phone, and under it a card: where its words are
from, or for a refusal the nearest there is. What a message or a card does not hold goes on in the next.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from textwrap import shorten
from typing import TYPE_CHECKING

from bot.discord_bot.markdown import escape, link, marked, marker, split, strong, timestamp, width
from bot.render import abridged, cited_sources, first_with, folded, printable, quoted, remarks
from retrieval.citations import nearest_sentence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from retrieval.store.tables import Listing
    from retrieval.types import Answer, Article, Field, Span, Statement
    from retrieval.watching import Unfinished

CONTENT = 2000  # Discord's limits, in characters
CARD = 4096
TEAL, AMBER = 0x1ABC9C, 0xF0A020
_LINKED = 1_800  # characters of the statements with linked markers: the rest has room in the same message
_SEARCH = 80  # characters of what was searched for, in the title of a list
_DATE = 32  # characters that any date and time fits in
_NO_ARTICLES = "I found no article here to answer from; articles are added with /add."


@dataclass(frozen=True, slots=True)
class Card:
    """An embed. Title and text are markdown, the footer is plain; no part is over Discord's limit, nor all together."""

    text: str
    colour: int
    title: str | None = None
    footer: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One message of an answer; `attached` is the text of a file."""

    content: str = ""
    card: Card | None = None
    attached: str = ""


@dataclass(frozen=True, slots=True)
class QuotedPassage:
    """A quotation, `article.field[start:end]`, with the passage it is read in; `number` is its marker in the answer."""

    article: Article
    passage: Span
    number: int | None
    field: Field
    start: int
    end: int


def answer_parts(
    answer: Answer, *, quoted_question: str | None = None, brief: bool = False, notes: Sequence[str] = ()
) -> list[Part]:
    """Returns the messages of an answer; `brief` shows its first statement alone.

    Args:
        answer: an answer, a refusal or small talk.
        quoted_question: shown first, where people do not see the question itself; a refusal does not repeat it.
        brief: as the server wishes.
        notes: plain text, a line each in small print.
    """
    answer = abridged(answer)
    statements = answer.statements[:1] if brief else answer.statements
    links = {cited.number: cited.article.url for cited in answer.citations}
    lines = [
        *([f"> {escape(folded(quoted_question))}"] if quoted_question and answer.answered else []),
        *(_statements(answer, statements, links) if answer.answered else _refusal(answer)),
        *(f"-# {escape(folded(note))}" for note in (*remarks(answer), *notes)),
    ]
    cards = _citations(answer, statements) if answer.answered else _nearest(answer)
    contents = split(lines, CONTENT, joint="\n")
    aligned = [*([None] * (len(contents) - 1)), *cards]  # they come under the last content, one a message
    return [Part(content or "", card) for content, card in zip_longest(contents, aligned)]


def unfinished_text(unfinished: Unfinished) -> str:
    """Returns what is written so far and stays, as one message holds it."""
    said = " ".join(_statement(statement, None, {}) for statement in unfinished.statements)
    return split([f"{said} …"], CONTENT)[0]


def plain_parts(parts: Sequence[Part]) -> list[Part]:
    """Returns the same without cards, for where the bot may not embed links."""
    paragraphs = []
    for part in parts:
        paragraphs.append(part.content)
        if card := part.card:
            footer = f"-# {escape(card.footer)}" if card.footer else ""
            paragraphs += [f"**{card.title}**" if card.title else "", card.text, footer]
    return [Part(page) for page in split(filter(None, paragraphs), CONTENT)]


def source_cards(sources: Sequence[QuotedPassage]) -> list[Card]:
    """Returns each passage once with all its quotations standing out, on as many cards as it takes."""
    passages: dict[tuple[Article, Field, Span], list[QuotedPassage]] = {}
    for source in sources:
        passages.setdefault((source.article, source.field, source.passage), []).append(source)
    texts = [split(_source_paragraphs(quoted), CARD) for quoted in passages.values()]
    return [
        Card(page, TEAL, footer=f"Source {number} of {len(texts)}{page_of(at, len(pages), ' · page')}")
        for number, pages in enumerate(texts, 1)
        for at, page in enumerate(pages, 1)
    ]


def article_cards(article: Article, passages: Sequence[Span]) -> list[Card]:
    """Returns one article: what it is and where it is from, then its passages by number."""
    numbered = (
        f"**{number}.** {escape(article.text[span.start : span.end])}" for number, span in enumerate(passages, 1)
    )
    heading = "\n".join(filter(None, (strong(folded(article.title)), _origin(article, "title"))))
    pages = split([heading, *numbered], CARD)
    return [Card(page, TEAL, footer=page_of(at, len(pages), "Page") or None) for at, page in enumerate(pages, 1)]


def listing_card(listings: Sequence[Listing], *, page: int, pages: int, total: int, search: str | None) -> Card:
    """Returns one page of a list, at most 25 articles. A title too long for a list ends in "…"."""
    room = CARD // max(1, len(listings)) - 1
    text = "\n".join(_listed(listing, room) for listing in listings)
    empty = "No article here matches." if search else "There are no articles here yet; /add adds one."
    title = f"Articles with {escape(quoted(shortened(search, _SEARCH)))}" if search else "Articles"
    count = f"{total:,} article{'s' * (total != 1)}"
    return Card(text or empty, TEAL, title, " · ".join(filter(None, (count, page_of(page, pages, "page")))))


def _refusal(answer: Answer) -> list[str]:
    shown = [f"🔍 {strong(answer.text)}"]
    return shown if answer.trace.hits or answer.note else [*shown, _NO_ARTICLES]


def _statements(answer: Answer, statements: Sequence[Statement], links: Mapping[int, str | None]) -> list[str]:
    """Returns a line for each sentence that a reader found, or a writer's prose; then how many more there are.

    The markers are links, unless the links alone would make it two messages.
    """
    first = first_with(answer.short or "", answer)
    said = [_statement(s, answer.short if at == first else None, links) for at, s in enumerate(statements)]
    if any(links.values()) and width("\n".join(said)) > _LINKED:
        return _statements(answer, statements, {})
    left = max(answer.total, len(answer.statements)) - len(statements)
    return [
        *([strong(folded(answer.note))] if answer.note else []),
        *(said if answer.mode == "reader" else [" ".join(said)]),
        *([f"-# … and {left:,} more."] if left > 0 else []),
    ]


def _statement(said: Statement, short: str | None, links: Mapping[int, str | None]) -> str:
    cuts = said.text.partition(short) if short else (said.text, "", "")
    before, middle, after = (folded(part, keep_ends=True) for part in cuts)
    text = marked(before + middle + after, (len(before), len(before + middle)))
    markers = "".join(marker(number, links.get(number)) for number in said.citations)
    return f"{text.strip()} {markers}".strip()


def _citations(answer: Answer, statements: Sequence[Statement]) -> list[Card]:
    """Returns where the words are from, those of one article together; and those that no statement repeats."""
    texts = []
    for source in cited_sources(answer, statements, facts):
        told = " · ".join(filter(None, (source.origin, escape(source.also))))
        lines = [told]
        if source.words:
            lines = [escape(quoted(printable(source.words))), f"-# {told}" if told else ""]
        texts.append(f"**{source.marker}** " + "\n".join(filter(None, lines)) if any(lines) else "")
    return [Card(text, TEAL) for text in split(texts, CARD)]


def _nearest(answer: Answer) -> list[Card]:
    """Returns the sentence of the nearest passage that comes nearest; its button shows the passage."""
    near = [(hit.article, nearest_sentence(answer.standalone_question, hit)) for hit in answer.trace.hits[:1]]
    cited = [(article, escape(quoted(printable(article.text[at.start : at.end])))) for article, at in near]
    pages = split((text for article, words in cited for text in (words, _origin(article, "text"))), CARD)
    return [Card(page, AMBER, "Nearest in the articles" + ", continued" * (at > 0)) for at, page in enumerate(pages)]


def _source_paragraphs(quoted: Sequence[QuotedPassage]) -> list[str]:
    """Returns a passage with its quotations, or below the field that they are of, and where it is from."""
    article, field, passage = quoted[0].article, quoted[0].field, quoted[0].passage
    numbers = "".join(f"[{source.number}]" for source in quoted if source.number is not None)
    markers = f"**{numbers}** " if numbers else ""
    if field == "text":
        start = min(passage.start, *(source.start for source in quoted))
        end = max(passage.end, *(source.end for source in quoted))
        stretches = ((source.start - start, source.end - start) for source in quoted)
        return [markers + marked(article.text[start:end], *stretches, underlined=True), _origin(article, "text")]
    value = marked(getattr(article, field) or "", *((source.start, source.end) for source in quoted), underlined=True)
    text = escape(article.text[passage.start : passage.end])
    return [f"{markers}{field.capitalize()}: {value}", text, _origin(article, field)]


def _origin(article: Article, cited: Field) -> str:
    """Returns where words are from, in small print."""
    origin = facts(article, cited)
    return f"-# {origin}" if origin else ""


def facts(article: Article, cited: Field) -> str:
    """Returns all that is told of an article but what was itself cited.

    Not its `source`, which can be a path of the machine that Byline runs on.
    """
    facts = {
        "title": link(folded(article.title), article.url),
        "byline": escape(folded(article.byline or "")),
        "publisher": escape(folded(article.publisher or "")),
        "published": timestamp(article.published),
        "url": link("", article.url) if cited == "title" else "",
    }
    return " · ".join(fact for name, fact in facts.items() if fact and name != cited)


def _listed(listing: Listing, room: int) -> str:
    """Returns a line no wider than `room`: linked, else unlinked, else shortened."""
    title, publisher = folded(listing.title), folded(listing.publisher or "")
    published, waiting = listing.published or "", "" if listing.state == "ready" else "waiting to be indexed"
    forms = (
        (link(title, listing.url), escape(publisher), timestamp(published), waiting),
        (escape(title), escape(publisher), timestamp(published), waiting),
        (escape(shortened(title, room // 6)), timestamp(shortened(published, _DATE)), waiting),
    )
    lines = [" · ".join(filter(None, form)) for form in forms]
    return next((line for line in lines if width(line) <= room), lines[-1])


def shortened(text: str, characters: int) -> str:
    """Returns a text shortened between words, or within the first."""
    short = shorten(printable(text), characters, placeholder=" …")
    return short if short.strip(" …") or not text.strip() else f"{folded(text)[: characters - 1]}…"


def page_of(page: int, pages: int, word: str) -> str:
    return f"{word} {page} of {pages}" if pages > 1 else ""
