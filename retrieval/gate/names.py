"""Whether a sentence of an article is about whom a name means. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.gate.evidence import analysed
from retrieval.text import lexicon
from retrieval.text.name_matching import matching_names
from retrieval.text.words import plain, words

if TYPE_CHECKING:
    from retrieval.gate.evidence import Evidence

_PARTICLES = lexicon.words("name_particles")


def tells_name(name: str, sentence: Evidence) -> bool:
    """Tells whether a sentence is about whom a name means: by the name, another form of it, or a pronoun.

    The article has to hold each word of the name, so that no first name is made up. Each sentence is its outlet's and
    its author's.
    """
    article = sentence.hit.article
    stems = _stems(name)
    if stems and stems <= _stems(plain(f"{article.publisher or ''}\n{article.byline or ''}")):
        return True
    aliases = _aliases(name)
    if not aliases and not stems <= analysed(article).stems:
        return False
    return (
        _is_written(name, sentence)
        or any(other.lower() in {name.lower(), *aliases} for other in sentence.names)
        or bool(matching_names(name, sentence.people))
    )


def _is_written(name: str, sentence: Evidence) -> bool:
    """Tells whether the words of a name, or of an alias, stand in a sentence."""
    stems = _stems(name)
    aliases = (rf"\b{re.escape(alias)}\b" for alias in _aliases(name))
    return (bool(stems) and stems <= sentence.stems) or any(
        re.search(alias, sentence.text, re.IGNORECASE) for alias in aliases
    )


def _stems(name: str) -> frozenset[str]:
    return frozenset(word.stem for word in words(name) if word.text not in _PARTICLES)


def _aliases(name: str) -> tuple[str, ...]:
    """Returns what else a country, a body or a city is called, itself included; nothing where no alias is known."""
    bare = name.lower().removesuffix("'s").strip(". ").removeprefix("the ")
    aliases = lexicon.table("name_aliases")
    return tuple(alias for alias, stands_for in aliases.items() if stands_for == aliases.get(bare))
