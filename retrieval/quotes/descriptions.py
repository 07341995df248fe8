"""Who the people of an article are, in its own words: a title before a name, or an apposition behind it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
from retrieval.text.verbs import AUXILIARIES, CUES, is_past
from retrieval.text.words import DETERMINERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.quotes.coreference import NamedEntity, People

_LEAD = 80  # characters before a name in which its title is looked for
_MOST_WORDS = 14


def descriptions(text: str, narrative: str, people: People) -> dict[str, str]:
    """Returns by full name the first description of more than one word, else the first, of whom the article describes.

    Args:
        text: the article's text.
        narrative: the same with its quotations blanked out, offset for offset.
        people: the names of the text.
    """
    found: dict[str, list[str]] = {}
    for mention in people.mentions:
        if mention.core and not mention.possessive and narrative[mention.span.start] != BLANK:
            for description in _described(text, narrative, mention):
                found.setdefault(people.full_name(mention.text, mention.span.start), []).append(description)
    return {name: next((one for one in told if " " in one), told[0]) for name, told in found.items()}


def _described(text: str, narrative: str, mention: NamedEntity) -> Iterator[str]:
    start = max(mention.span.start, text.find(mention.core, mention.span.start, mention.span.end))
    lead = narrative[max(0, start - _LEAD) : start]
    title = _title(lead)
    if title:
        yield title
    if first := ROLE_OPENS_SENTENCE.search(lead):
        yield first.group(1)
    behind = APPOSITION.match(narrative, start + len(mention.core))
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
    while start < len(words) and words[start].lower() in {"the", "of", "and", "for", "a", "an"}:
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
    if word.endswith((",", "!", "?")) or plain in DAYS_AND_MONTHS:
        return False
    return plain in TITLES or plain in TITLE_MODIFIERS or (word[0].isupper() and plain not in CUES)


def _is_apposition(words: str) -> bool:
    """Whether what follows a name and a comma says who that is: an article or a title first, and no verb in it."""
    parts = words.lower().split()
    opens = parts[0] in DETERMINERS | OPENS_APPOSITION or parts[0] in TITLES
    before_who = parts[: next((i for i, word in enumerate(parts) if word in {"who", "whose", "that"}), len(parts))]
    verb = any(word in AUXILIARIES or is_past(word) for word in before_who[1:])
    return (opens and not verb and 1 < len(before_who) <= _MOST_WORDS) or (len(parts) == 1 and parts[0] in TITLES)
