"""Where the reader has quotations from: those stored, or those found afresh in the articles of the hits."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from retrieval.quotes import quotes
from retrieval.quotes.reporting import reporter
from retrieval.quotes.speakers import NameUse, Person, is_name, meant, name_key, people, tidy
from retrieval.text.words import content_stems, holds_name, stem_set
from retrieval.types import Filters, StoredQuote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.types import Article, Hit

_EVERY_ARTICLE = Filters()


class Testimony(Protocol):
    """Who said what in the articles of some libraries; what was not said comes only where that is asked for."""

    def is_complete(self) -> bool:
        """Whether the quotations of every article are known by now."""

    def people(self, libraries: Sequence[str], asked: str) -> list[Person]:
        """Whom of those who are quoted a name may mean, the most quoted first."""

    def of(
        self, libraries: Sequence[str], person: Person, *, filters: Filters = ..., denied: bool = ...
    ) -> list[StoredQuote]:
        """All that somebody said, newest article first, in the order of the text within an article."""

    def in_articles(self, hits: Sequence[Hit]) -> list[StoredQuote]:
        """All that is quoted in the articles of some hits."""

    def said(self, libraries: Sequence[str], *, about: str, filters: Filters = ...) -> list[StoredQuote]:
        """Those in which, or around which, all words of a topic occur in any form, newest article first."""

    def sharing(self, libraries: Sequence[str], words: str, *, filters: Filters = ...) -> list[StoredQuote]:
        """Those that hold half of a text's words or more, those that hold most first."""


class Heard:
    """What is said in the articles of some hits, for where nothing is stored, or not all of it yet."""

    def __init__(self, hits: Sequence[Hit]) -> None:
        self._articles = list(dict.fromkeys((hit.library, hit.article) for hit in hits))

    def is_complete(self) -> bool:
        return True

    def people(self, libraries: Sequence[str], asked: str) -> list[Person]:  # noqa: ARG002  (the protocol's)
        counts = Counter(one.quote.name for one in self._every)
        return meant(asked, people(NameUse(name, count, self._short_forms(name)) for name, count in counts.items()))

    def of(
        self,
        libraries: Sequence[str],  # noqa: ARG002  (the protocol's)
        person: Person,
        *,
        filters: Filters = _EVERY_ARTICLE,  # noqa: ARG002  (the hits have passed them)
        denied: bool = False,
    ) -> list[StoredQuote]:
        own = (one for one in self._every if name_key(one.quote.name) in person.keys)
        return [one for one in own if one.quote.denied == denied]

    def in_articles(self, hits: Sequence[Hit]) -> list[StoredQuote]:  # noqa: ARG002  (there are no others)
        return self._said

    def sharing(
        self,
        libraries: Sequence[str],  # noqa: ARG002  (the protocol's)
        words: str,
        *,
        filters: Filters = _EVERY_ARTICLE,  # noqa: ARG002  (the hits have passed them)
    ) -> list[StoredQuote]:
        terms = set(content_stems(words))
        held = [(len(terms & _stems_around(one)), one) for one in self._said]
        return [one for count, one in sorted(held, key=lambda pair: -pair[0]) if terms and count * 2 >= len(terms)]

    def said(
        self,
        libraries: Sequence[str],  # noqa: ARG002  (the protocol's)
        *,
        about: str,
        filters: Filters = _EVERY_ARTICLE,  # noqa: ARG002  (the hits have passed them)
    ) -> list[StoredQuote]:
        terms = content_stems(about)
        return [one for one in self._said if all(holds_name(term, _stems_around(one)) for term in terms)]

    @cached_property
    def _said(self) -> list[StoredQuote]:
        return [one for one in self._every if not one.quote.denied]

    @cached_property
    def _every(self) -> list[StoredQuote]:
        newest_first = sorted(self._articles, key=lambda one: one[1].published or "", reverse=True)
        return [
            said
            for key, (library, article) in enumerate(newest_first)
            for said in _quotations_in(library, key, article)
        ]

    def _short_forms(self, name: str) -> frozenset[str]:
        """How the articles call somebody who has a name."""
        mentions = {tidy(mention_of(one)) for one in self._every if one.quote.name == name}
        return frozenset(name_key(mention) for mention in mentions if is_name(mention))


def mention_of(one: StoredQuote) -> str:
    """The speaker as written."""
    text: str = getattr(one.article, one.quote.field)
    return text[one.quote.speaker.start : one.quote.speaker.end]


def _quotations_in(library: str, key: int, article: Article) -> list[StoredQuote]:
    found = quotes(article)
    return [StoredQuote(library, key, article, quote, reporter(article, quote, found)) for quote in found]


def _stems_around(one: StoredQuote) -> frozenset[str]:
    """The stems of the paragraphs that a quotation stands in, and of what was said."""
    text: str = getattr(one.article, one.quote.field)
    start = text.rfind("\n", 0, one.quote.start) + 1
    end = text.find("\n", one.quote.end)
    return stem_set(text[start : end if end >= 0 else len(text)])
