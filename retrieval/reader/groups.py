"""Which quotations are on a topic, of a group ("critics", "parents"), and of a side. Pure.

A quotation is read where it stands: below its article's title and beginning, and behind the sentence that opens its
paragraph ("Parents were divided.").
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.citations import Excerpt
from retrieval.reader.attribution import count_held, quoted_sentences
from retrieval.text.document import document, sentences
from retrieval.text.name_matching import is_name
from retrieval.text.names import head, names
from retrieval.text.stance import is_of_group, names_speakers, points_back, side, side_in_clauses
from retrieval.text.words import PRONOUNS, WORD, content_stems, stem, stem_set
from retrieval.types import Span

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from retrieval.text.stance import Side
    from retrieval.types import StoredQuote

_LEAD = 300  # characters of an article that tell what it is about
_SUBJECT = 3  # words that open a paragraph, of which a group is one
_MOST_HELD = 0.66  # of a topic's words, that an article on it holds


def of_somebody(quotes: Iterable[StoredQuote]) -> list[StoredQuote]:
    """Returns the quotations of who is named, or called a person, a group or a body; not of "a draft"."""
    return [said for said in quotes if is_name(said.quote.name) or names_speakers(head(said.quote.name))]


def on_topic(quotes: Iterable[StoredQuote], topic: Collection[str]) -> list[StoredQuote]:
    """Returns the quotations that hold a topic (stems), themselves or with what their article is about.

    Those that hold a word of it themselves go before the others of their article.
    """
    held: list[tuple[int, StoredQuote]] = []
    for said in quotes:
        told = " ".join(sentence.text for sentence in quoted_sentences([said]))
        if count_held(topic, f"{_beginning(said)}\n{told}") >= _MOST_HELD * len(topic):
            held.append((count_held(topic, told), said))
    return [said for _, said in sorted(held, key=lambda pair: -min(pair[0], 1))]


def of_group(quotes: Sequence[StoredQuote], group: str, who: str) -> list[StoredQuote]:
    """Returns what those said who are called so or by one of the roles of a group, or whose paragraph begins with it.

    What else tells the group apart ("Holm residents") is in what they are called, or else in the article.

    Args:
        quotes: with their articles.
        group: its noun ("residents").
        who: the group as it is asked for ("residents of Holm").
    """
    apart = set(content_stems(who)) - {stem(group)}
    called = {said: f"{said.mention} {said.quote.description or ''}" for said in quotes}
    own = [
        said
        for said in quotes
        if is_of_group(group, f"{head(said.mention)} {said.quote.description or ''}") or _is_introduced(said, group)
    ]
    so_called = [said for said in own if count_held(apart, called[said]) == len(apart)]
    return so_called if len({said.quote.name for said in so_called}) > 1 else in_articles_on(own, apart)


def in_articles_on(quotes: Iterable[StoredQuote], topic: Collection[str]) -> list[StoredQuote]:
    """Returns the quotations of articles that hold all of a topic (stems) anywhere."""
    quoted = list(quotes)
    articles = {said.key: said.article for said in quoted}
    whole = {key for key, each in articles.items() if count_held(topic, f"{each.title}\n{each.text}") == len(topic)}
    return [said for said in quoted if said.key in whole]


def taking_side(quotes: Iterable[StoredQuote], topic: Collection[str], wanted: Side) -> list[StoredQuote]:
    """Returns the quotations that speak for a side, by their words or by the sentence that opens their paragraph."""
    return [said for said in quotes if side_of(said, topic) == wanted]


def side_of(said: StoredQuote, topic: Collection[str]) -> Side | None:
    """Returns the side that a quotation speaks for, where it tells that of a topic (stems); else its paragraph's.

    A clause with a word of the topic tells it. In an article on the topic other clauses do, too, beside such a word or
    one that points back at it ("it", "the plan").
    """
    told = " ".join(sentence.text for sentence in quoted_sentences([said]))
    own = side_in_clauses(told, topic)
    if own or 2 * count_held(topic, _beginning(said)) < len(topic):
        return own
    if (count_held(topic, told) or points_back(told)) and (taken := side(told, topic)):
        return taken
    opening = _opening(said)
    return side(opening.text, topic) if opening else None


def _beginning(said: StoredQuote) -> str:
    """Returns what tells what an article is about: its title and its first paragraph, of one that is long a part."""
    first_paragraph = said.article.text[:_LEAD].strip().partition("\n")[0]
    return f"{said.article.title}\n{first_paragraph}"


def _is_introduced(said: StoredQuote, group: str) -> bool:
    opening = _opening(said)
    first = WORD.findall(opening.text)[:_SUBJECT] if opening else []
    return stem(group) in stem_set(" ".join(first))


def _opening(said: StoredQuote) -> Excerpt | None:
    """Returns the sentence that opens a quotation's paragraph, where it is another and begins with nobody's name."""
    text, field = said.article.text, said.quote.field
    start = text.rfind("\n", 0, said.quote.start) + 1
    first = next(iter(sentences(text, Span(start, said.quote.end))), None) if field == "text" else None
    if first is None or first.end > said.quote.start:
        return None
    opening = Excerpt(said.library, said.article, first.start, first.end)
    name = next((opening.text[: span.end] for span in names(opening.text) if span.start == 0), "")
    # "Parents" opens the sentence; a name stands elsewhere, too.
    is_named = " " in name or bool(name and re.search(rf"[\w,] {re.escape(name)}\b", text))
    first_word = opening.text.split(maxsplit=1)[0].lower()
    is_of_one = is_named or first_word in PRONOUNS or bool(document(text).quotations_in(first))
    return None if is_of_one else opening
