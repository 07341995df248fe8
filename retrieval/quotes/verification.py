"""Did somebody say that? A quotation held against those that are stored."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from operator import attrgetter
from typing import TYPE_CHECKING

from retrieval.citations import Excerpt
from retrieval.quotes.comparison import match
from retrieval.quotes.composing import is_within
from retrieval.quotes.coreference import who as holder
from retrieval.text.document import document, sentences_holding
from retrieval.text.name_matching import name_key, tidy
from retrieval.types import Filters, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from retrieval.quotes.comparison import Match
    from retrieval.store.quotes import Quotations
    from retrieval.text.name_matching import Person
    from retrieval.types import StoredQuote

_EVERY_ARTICLE = Filters()


class Outcome(StrEnum):
    """Found word for word; in other words; said by somebody else; not found."""

    VERBATIM = "verbatim"
    REWORDED = "reworded"
    ELSEWHERE = "elsewhere"
    NOT_FOUND = "not found"


@dataclass(frozen=True, slots=True)
class Verification:
    """What became of a quotation.

    Attributes:
        quoted: the words asked about.
        speaker: who is asked about, by full name where one is known; None for anybody.
        found: the quotation that matches best, None where none does.
        part: where the words stand in the field of its article.
        exact: whether these are the very words, whoever said them.
        denied: where nothing is found, a quotation that the article says was not said.
    """

    outcome: Outcome
    quoted: str
    speaker: str | None
    found: StoredQuote | None
    part: Span | None = None
    exact: bool = False
    denied: StoredQuote | None = None

    @property
    def shown(self) -> StoredQuote | None:
        """The quotation that tells most."""
        return self.found or self.denied


def verify(
    quotations: Quotations,
    libraries: Sequence[str],
    quoted: str,
    speaker: str | None = None,
    filters: Filters = _EVERY_ARTICLE,
) -> Verification:
    """Tells whether a speaker, or anybody, said these words in the articles of some libraries.

    Raises:
        AmbiguousSpeaker: several speakers are called so.
    """
    person = quotations.person(libraries, speaker) if speaker else None
    own = quotations.of(libraries, person, filters=filters) if person else []  # more than share half of the words
    denied = quotations.of(libraries, person, filters=filters, denied=True) if person else []
    return check(quoted, [*own, *quotations.sharing(libraries, quoted, filters=filters)], speaker, person, denied)


def check(
    quoted: str,
    known: Sequence[StoredQuote],
    speaker: str | None = None,
    person: Person | None = None,
    denied: Sequence[StoredQuote] = (),
) -> Verification:
    """Returns the same, of known quotations.

    Args:
        quoted: the words asked about.
        known: the quotations that they may be.
        speaker: who is asked about, as written.
        person: whom that means, if it is somebody who is quoted.
        denied: what, by the articles, that person did not say.
    """
    name = person.name if person else speaker
    if ranked := _ranked(quoted, [said for said in known if said.quote.kind != "attitude"]):
        return _verified(quoted, ranked, name, person)
    best = min(_matches(quoted, denied), key=attrgetter("rank"), default=None)
    if best is None:
        return Verification(Outcome.NOT_FOUND, quoted, name, None)
    return Verification(Outcome.NOT_FOUND, quoted, name, None, best.part, best.exact, best.quote)


def _ranked(quoted: str, known: Sequence[StoredQuote]) -> list[Match]:
    """The matches, the best first; the exact ones alone, where there are any."""
    matches = _innermost(_matches(quoted, known))
    exact = [found for found in matches if found.exact]
    exact = exact or [found for found in _matches(quoted, _joined(known)) if found.exact]
    return sorted(exact or matches, key=attrgetter("rank"))


def _matches(quoted: str, known: Iterable[StoredQuote]) -> list[Match]:
    return [found for said in known if (found := match(quoted, said))]


def _verified(quoted: str, alike: Sequence[Match], name: str | None, person: Person | None) -> Verification:
    """The best of some matches: of whom is asked about, if any is, else of another."""
    own = next((found for found in alike if name is None or _is_by(found.quote, name, person)), None)
    if own is None:
        return Verification(Outcome.ELSEWHERE, quoted, name, alike[0].quote, alike[0].part, alike[0].exact)
    if name and not person:
        name = own.quote.quote.name
    outcome = Outcome.VERBATIM if own.exact else Outcome.REWORDED
    return Verification(outcome, quoted, name, own.quote, own.part, own.exact)


def told(verdict: Verification) -> str:
    """Says what became of the quotation, in a sentence or two that lead to the article's own words."""
    asked = f"“{verdict.quoted.strip()}”"
    if verdict.denied:
        return f"No: by the article, {verdict.denied.quote.name} did not say so."
    if verdict.found is None:
        return f"No article here quotes {verdict.speaker or 'anybody'} as saying {asked}."
    name = verdict.found.quote.name
    if verdict.outcome is Outcome.VERBATIM:
        return f"{'Yes, w' if verdict.speaker else 'W'}ord for word{_how(verdict)}, by {name}:"
    if verdict.outcome is Outcome.REWORDED:
        return f"Not in these words. Asked: {asked} Said by {name}{_how(verdict)}:"
    if verdict.exact:
        return f"No quotation of {verdict.speaker} has these words; {name} said them{_how(verdict)}:"
    return f"No quotation of {verdict.speaker} has this. {name} said, in other words than {asked}{_how(verdict)}:"


def cited(verdict: Verification) -> tuple[Excerpt, ...]:
    """Returns the article's own sentences in which the words stand, or its headline."""
    if verdict.shown is None or verdict.part is None:
        return ()
    library, article = verdict.shown.library, verdict.shown.article
    if verdict.shown.quote.field == "title":
        return (Excerpt(library, article, 0, len(article.title), "title"),)
    return tuple(
        Excerpt(library, article, span.start, span.end) for span in sentences_holding(article.text, [verdict.part])
    )


def _how(verdict: Verification) -> str:
    """Whether the article puts the words in quotation marks."""
    if not verdict.exact or verdict.found is None or verdict.part is None or verdict.found.quote.kind == "direct":
        return ""
    marked = (Span(mark.start, mark.end) for mark in document(verdict.found.field_text).quotations)
    return "" if is_within(verdict.part, marked) else ", as reported and not in quotation marks"


def _is_by(one: StoredQuote, name: str, person: Person | None) -> bool:
    """Whether a quotation is of a person, or of whom a role means in its article."""
    if person:
        return name_key(one.quote.name) in person.keys
    return holder(one.article, name) == one.quote.name or tidy(name).casefold() == one.quote.name.casefold()


def _innermost(found: Sequence[Match]) -> list[Match]:
    """Without the words of one speaker that are those of another whom the first quotes."""
    places = [(match.quote.library, match.quote.key, match.quote.quote.field, match.part) for match in found]
    sizes = [match.quote.quote.end - match.quote.quote.start for match in found]
    return [
        match
        for match, place, size in zip(found, places, sizes, strict=True)
        if not any(place == other and size > own for other, own in zip(places, sizes, strict=True))
    ]


def _joined(known: Sequence[StoredQuote]) -> Iterator[StoredQuote]:
    """All that somebody says in an article as one quotation, for words that go on behind "..., he said."."""
    by_speaker: dict[tuple[str, int, str, str], list[StoredQuote]] = {}
    for one in known:
        by_speaker.setdefault((one.library, one.key, one.quote.field, one.quote.name), []).append(one)
    for said in by_speaker.values():
        parts = sorted({part for one in said for part in one.quote.content}, key=lambda part: (part.start, -part.end))
        whole = [part for i, part in enumerate(parts) if not is_within(part, parts[:i])]
        if len(said) > 1:
            yield replace(said[0], quote=replace(said[0].quote, content=tuple(whole)))
